/**
 * Tests of what the pages say of keys.
 */
@NullMarked
package io.meshbridge.rules.reference;

import org.jspecify.annotations.NullMarked;
