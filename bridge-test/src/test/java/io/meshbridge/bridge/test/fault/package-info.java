/**
 * Tests of the faults on demand.
 */
@NullMarked
package io.meshbridge.bridge.test.fault;

import org.jspecify.annotations.NullMarked;
