/**
 * Tests of how brokers are found, stopped and started.
 */
@NullMarked
package io.meshbridge.bridge.test.broker;

import org.jspecify.annotations.NullMarked;
