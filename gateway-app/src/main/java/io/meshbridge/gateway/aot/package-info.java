/**
 * Starts with the bean definitions that Spring's ahead-of-time processing made in the
 * build, where a start would come to the same ones by itself.
 */
@NullMarked
package io.meshbridge.gateway.aot;

import org.jspecify.annotations.NullMarked;
