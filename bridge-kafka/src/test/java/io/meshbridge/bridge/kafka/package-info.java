/**
 * Tests of the Kafka bridge.
 */
@NullMarked
package io.meshbridge.bridge.kafka;

import org.jspecify.annotations.NullMarked;
