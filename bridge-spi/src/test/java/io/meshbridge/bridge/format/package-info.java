@NullMarked
package io.meshbridge.bridge.format;

import org.jspecify.annotations.NullMarked;
