/**
 * Tests of the routes language.
 */
@NullMarked
package io.meshbridge.rules;

import org.jspecify.annotations.NullMarked;
