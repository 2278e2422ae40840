/**
 * Takes messages in: limit, event, matching routes, and settlement when all targets are
 * done.
 */
@NullMarked
package io.meshbridge.gateway.ingress;

import org.jspecify.annotations.NullMarked;
