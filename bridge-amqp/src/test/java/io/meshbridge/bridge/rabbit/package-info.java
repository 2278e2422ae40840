/**
 * Tests of the RabbitMQ bridge.
 */
@NullMarked
package io.meshbridge.bridge.rabbit;

import org.jspecify.annotations.NullMarked;
