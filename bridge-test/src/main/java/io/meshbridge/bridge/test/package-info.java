/**
 * The contract that every bridge must pass, and what is needed to run it.
 */
@NullMarked
package io.meshbridge.bridge.test;

import org.jspecify.annotations.NullMarked;
