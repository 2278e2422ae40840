/**
 * The AMQP 1.0 bridge against the embedded broker and RabbitMQ.
 */
@NullMarked
package io.meshbridge.bridge.amqp10;

import org.jspecify.annotations.NullMarked;
