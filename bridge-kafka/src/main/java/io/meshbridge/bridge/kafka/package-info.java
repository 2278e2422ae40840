/**
 * Events over Apache Kafka, on the Spring Cloud Stream Kafka binder.
 */
@NullMarked
package io.meshbridge.bridge.kafka;

import org.jspecify.annotations.NullMarked;
