/**
 * Sends numbered events into a source, and counts them as they arrive at a target.
 */
@NullMarked
package io.meshbridge.bench.load;

import org.jspecify.annotations.NullMarked;
