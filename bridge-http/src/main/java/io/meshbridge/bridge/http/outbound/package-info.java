/**
 * Posts events to HTTP targets and says what their answers mean.
 */
@NullMarked
package io.meshbridge.bridge.http.outbound;

import org.jspecify.annotations.NullMarked;
