/**
 * Opens and closes what routes name, keeps trying while a broker is away, and knows the
 * state of each.
 */
@NullMarked
package io.meshbridge.gateway.bindings;

import org.jspecify.annotations.NullMarked;
