/**
 * Remembers what became of each event, in a ring of files of fixed size.
 */
@NullMarked
package io.meshbridge.gateway.story;

import org.jspecify.annotations.NullMarked;
