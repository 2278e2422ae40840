/**
 * Tests of starts with the build's bean definitions.
 */
@NullMarked
package io.meshbridge.gateway.aot;

import org.jspecify.annotations.NullMarked;
