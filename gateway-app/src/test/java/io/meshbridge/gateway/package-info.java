@NullMarked
package io.meshbridge.gateway;

import org.jspecify.annotations.NullMarked;
