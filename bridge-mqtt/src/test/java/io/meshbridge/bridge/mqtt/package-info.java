/**
 * Tests of the MQTT bridge.
 */
@NullMarked
package io.meshbridge.bridge.mqtt;

import org.jspecify.annotations.NullMarked;
