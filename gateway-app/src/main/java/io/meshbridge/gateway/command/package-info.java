/**
 * Commands that look at rules without a gateway that runs.
 */
@NullMarked
package io.meshbridge.gateway.command;

import org.jspecify.annotations.NullMarked;
