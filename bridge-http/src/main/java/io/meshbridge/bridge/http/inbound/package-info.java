/**
 * Takes events in over HTTP: the event server, its paths, and the answers it gives.
 */
@NullMarked
package io.meshbridge.bridge.http.inbound;

import org.jspecify.annotations.NullMarked;
