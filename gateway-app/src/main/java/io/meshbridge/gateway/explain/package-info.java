/**
 * Says what rules make of an event, clause by clause and target by target, without
 * sending anything.
 */
@NullMarked
package io.meshbridge.gateway.explain;

import org.jspecify.annotations.NullMarked;
