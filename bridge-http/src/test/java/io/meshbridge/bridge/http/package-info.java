/**
 * Tests of the HTTP bridge as the gateway sees it.
 */
@NullMarked
package io.meshbridge.bridge.http;

import org.jspecify.annotations.NullMarked;
