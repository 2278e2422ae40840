/**
 * Describes what routes take in and send as an AsyncAPI document.
 */
@NullMarked
package io.meshbridge.gateway.asyncapi;

import org.jspecify.annotations.NullMarked;
