/**
 * A protocol in memory, with its binder and its bridge, to try the contract on: once as
 * it should be, and once for each rule with that rule broken.
 */
@NullMarked
package io.meshbridge.bridge.test.memory;

import org.jspecify.annotations.NullMarked;
