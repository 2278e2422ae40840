/**
 * Commands that look at rules without a gateway that runs, and where the jar starts.
 */
@NullMarked
package io.meshbridge.gateway.command;

import org.jspecify.annotations.NullMarked;
