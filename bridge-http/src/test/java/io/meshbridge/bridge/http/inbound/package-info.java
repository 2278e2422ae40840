/**
 * Tests of the event server's parts, without I/O.
 */
@NullMarked
package io.meshbridge.bridge.http.inbound;

import org.jspecify.annotations.NullMarked;
