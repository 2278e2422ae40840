/**
 * Tests of the commands.
 */
@NullMarked
package io.meshbridge.gateway.command;

import org.jspecify.annotations.NullMarked;
