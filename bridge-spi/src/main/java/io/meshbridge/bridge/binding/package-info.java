/**
 * Binds sources and targets on Spring Cloud Stream binders, with the bridge of the
 * binder's type around them.
 */
@NullMarked
package io.meshbridge.bridge.binding;

import org.jspecify.annotations.NullMarked;
