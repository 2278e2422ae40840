/**
 * {@code ./meshbridge demo}: the gateway between sandbox brokers, with routes, a feed,
 * and a line on the screen for each event that arrives.
 */
@NullMarked
package io.meshbridge.sandbox.demo;

import org.jspecify.annotations.NullMarked;
