/**
 * What does the gateway cost an event, compared with the same clients used by hand?
 */
@NullMarked
package io.meshbridge.bench;

import org.jspecify.annotations.NullMarked;
