/**
 * Tests of the embedded broker.
 */
@NullMarked
package io.meshbridge.broker;

import org.jspecify.annotations.NullMarked;
