/**
 * How events would look as messages of each protocol, for people to read.
 */
@NullMarked
package io.meshbridge.bridge.preview;

import org.jspecify.annotations.NullMarked;
