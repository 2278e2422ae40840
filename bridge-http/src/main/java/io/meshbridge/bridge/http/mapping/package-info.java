/**
 * Reads and writes CloudEvents as HTTP headers and bodies.
 */
@NullMarked
package io.meshbridge.bridge.http.mapping;

import org.jspecify.annotations.NullMarked;
