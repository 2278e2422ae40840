/**
 * Apache Artemis inside the gateway's process.
 */
@NullMarked
package io.meshbridge.broker;

import org.jspecify.annotations.NullMarked;
