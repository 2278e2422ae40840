/**
 * Events over AMQP 1.0: a Spring Cloud Stream binder on the protocol engine of Apache
 * Qpid ProtonJ2, with one connection, session and link for every binding.
 */
@NullMarked
package io.meshbridge.bridge.amqp10;

import org.jspecify.annotations.NullMarked;
