@NullMarked
package io.meshbridge.gateway.bindings;

import org.jspecify.annotations.NullMarked;
