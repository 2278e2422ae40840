/**
 * Events over MQTT 3.1.1 and 5: a Spring Cloud Stream binder on Spring Integration's Paho
 * adapters.
 */
@NullMarked
package io.meshbridge.bridge.mqtt;

import org.jspecify.annotations.NullMarked;
