/**
 * Tests of the filter dialects.
 */
@NullMarked
package io.meshbridge.rules.filter;

import org.jspecify.annotations.NullMarked;
