/**
 * Makes another event of an event, within limits of time and memory.
 */
@NullMarked
package io.meshbridge.rules.transform;

import org.jspecify.annotations.NullMarked;
