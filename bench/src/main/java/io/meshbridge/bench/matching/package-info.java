/**
 * What it costs to find the routes that an event matches.
 */
@NullMarked
package io.meshbridge.bench.matching;

import org.jspecify.annotations.NullMarked;
