/**
 * How the cost of an event grows with what the gateway has to do with it: figures, their
 * judgement, and their plots.
 */
@NullMarked
package io.meshbridge.bench.growth;

import org.jspecify.annotations.NullMarked;
