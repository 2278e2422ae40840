/**
 * Tests of the bench's own judgement.
 */
@NullMarked
package io.meshbridge.bench;

import org.jspecify.annotations.NullMarked;
