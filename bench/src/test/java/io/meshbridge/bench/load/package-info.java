/**
 * Tests of counting and of the numbered events.
 */
@NullMarked
package io.meshbridge.bench.load;

import org.jspecify.annotations.NullMarked;
