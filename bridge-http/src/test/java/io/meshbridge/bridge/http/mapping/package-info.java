/**
 * Tests of the HTTP mapping, without I/O.
 */
@NullMarked
package io.meshbridge.bridge.http.mapping;

import org.jspecify.annotations.NullMarked;
