/**
 * What both AMQP bridges share.
 */
@NullMarked
package io.meshbridge.bridge.amqp;

import org.jspecify.annotations.NullMarked;
