/**
 * What is allowed in rules and probably not meant: routes that run in circles, channels
 * that nobody reads, filters that nothing matches, order that gets lost.
 */
@NullMarked
package io.meshbridge.rules.lint;

import org.jspecify.annotations.NullMarked;
