/**
 * Which routes match an event, and what they make of it. Plain Java: no protocol, no
 * Spring.
 */
@NullMarked
package io.meshbridge.rules;

import org.jspecify.annotations.NullMarked;
