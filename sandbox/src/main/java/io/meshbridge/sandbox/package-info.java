/**
 * Brokers in the JVM, to try the gateway with nothing installed and to test it where no
 * container engine is. Never inside the production jar.
 */
@NullMarked
package io.meshbridge.sandbox;

import org.jspecify.annotations.NullMarked;
