/**
 * Keeps the events that ended in a dead letter sink: to be looked at, corrected, sent
 * again or thrown away.
 */
@NullMarked
package io.meshbridge.gateway.desk;

import org.jspecify.annotations.NullMarked;
