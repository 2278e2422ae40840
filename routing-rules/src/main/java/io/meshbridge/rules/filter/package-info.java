/**
 * The filter dialects of the CloudEvents Subscriptions API.
 */
@NullMarked
package io.meshbridge.rules.filter;

import org.jspecify.annotations.NullMarked;
