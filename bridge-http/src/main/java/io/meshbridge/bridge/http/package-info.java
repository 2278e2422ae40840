/**
 * Events over HTTP: a Spring Cloud Stream binder with a server for sources and a client
 * for targets.
 */
@NullMarked
package io.meshbridge.bridge.http;

import org.jspecify.annotations.NullMarked;
