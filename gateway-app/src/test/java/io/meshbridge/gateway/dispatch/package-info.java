@NullMarked
package io.meshbridge.gateway.dispatch;

import org.jspecify.annotations.NullMarked;
