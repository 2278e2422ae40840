/**
 * Tests of the demo.
 */
@NullMarked
package io.meshbridge.sandbox.demo;

import org.jspecify.annotations.NullMarked;
