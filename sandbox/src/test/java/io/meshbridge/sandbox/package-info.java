/**
 * Tests of the brokers in the JVM.
 */
@NullMarked
package io.meshbridge.sandbox;

import org.jspecify.annotations.NullMarked;
