/**
 * What it costs to take a message apart, change its event, and write it again.
 */
@NullMarked
package io.meshbridge.bench.steps;

import org.jspecify.annotations.NullMarked;
