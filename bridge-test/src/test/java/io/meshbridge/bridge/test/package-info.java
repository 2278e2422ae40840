/**
 * Tests of the contract kit.
 */
@NullMarked
package io.meshbridge.bridge.test;

import org.jspecify.annotations.NullMarked;
