/**
 * Which events came before?
 */
@NullMarked
package io.meshbridge.gateway.duplicates;

import org.jspecify.annotations.NullMarked;
