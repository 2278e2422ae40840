/**
 * What an operator sees and steers over HTTP.
 */
@NullMarked
package io.meshbridge.gateway.admin;

import org.jspecify.annotations.NullMarked;
