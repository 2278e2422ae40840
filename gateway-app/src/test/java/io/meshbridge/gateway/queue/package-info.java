@NullMarked
package io.meshbridge.gateway.queue;

import org.jspecify.annotations.NullMarked;
