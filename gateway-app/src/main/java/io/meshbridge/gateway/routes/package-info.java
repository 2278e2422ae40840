/**
 * Reads the rules, and makes the running gateway match them.
 */
@NullMarked
package io.meshbridge.gateway.routes;

import org.jspecify.annotations.NullMarked;
