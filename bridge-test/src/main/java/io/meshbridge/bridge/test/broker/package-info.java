/**
 * Finds a broker for a contract test: a container, a binary of this machine, or one in
 * the JVM; one of each kind per JVM, stopped when it ends.
 */
@NullMarked
package io.meshbridge.bridge.test.broker;

import org.jspecify.annotations.NullMarked;
