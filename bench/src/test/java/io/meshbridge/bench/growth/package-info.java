/**
 * Tests of what is said of curves.
 */
@NullMarked
package io.meshbridge.bench.growth;

import org.jspecify.annotations.NullMarked;
