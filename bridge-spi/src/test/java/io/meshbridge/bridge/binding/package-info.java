/**
 * Tests of the binding of bridges.
 */
@NullMarked
package io.meshbridge.bridge.binding;

import org.jspecify.annotations.NullMarked;
