/**
 * Durable channels, on a real journal.
 */
@NullMarked
package io.meshbridge.broker.channel;

import org.jspecify.annotations.NullMarked;
