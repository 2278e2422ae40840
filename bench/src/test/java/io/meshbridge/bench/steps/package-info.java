/**
 * Tests of the benchmarks of inner steps.
 */
@NullMarked
package io.meshbridge.bench.steps;

import org.jspecify.annotations.NullMarked;
