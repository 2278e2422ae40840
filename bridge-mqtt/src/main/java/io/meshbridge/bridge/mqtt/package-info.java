/**
 * Events over MQTT 3.1.1 and 5: a Spring Cloud Stream binder on the Paho clients, with a
 * new client for every connection.
 */
@NullMarked
package io.meshbridge.bridge.mqtt;

import org.jspecify.annotations.NullMarked;
