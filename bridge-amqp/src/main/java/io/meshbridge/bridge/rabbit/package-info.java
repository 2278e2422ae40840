/**
 * Events over AMQP 0-9-1, on the Spring Cloud Stream Rabbit binder.
 */
@NullMarked
package io.meshbridge.bridge.rabbit;

import org.jspecify.annotations.NullMarked;
