/**
 * Durable channels: where they are kept, for those who route through them.
 */
@NullMarked
package io.meshbridge.bridge.channel;

import org.jspecify.annotations.NullMarked;
