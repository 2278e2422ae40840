/**
 * Durable channels in the journal of the embedded broker.
 */
@NullMarked
package io.meshbridge.broker.channel;

import org.jspecify.annotations.NullMarked;
