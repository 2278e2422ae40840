/**
 * What goes wrong between a client and its broker, on demand.
 */
@NullMarked
package io.meshbridge.bridge.test.fault;

import org.jspecify.annotations.NullMarked;
