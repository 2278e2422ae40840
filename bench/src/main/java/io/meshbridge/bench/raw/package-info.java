/**
 * Takes an event over by hand, with nothing but the brokers' clients: the yardstick.
 */
@NullMarked
package io.meshbridge.bench.raw;

import org.jspecify.annotations.NullMarked;
