/**
 * Gets an event to a target: order, retry, dead letter sink.
 */
@NullMarked
package io.meshbridge.gateway.dispatch;

import org.jspecify.annotations.NullMarked;
