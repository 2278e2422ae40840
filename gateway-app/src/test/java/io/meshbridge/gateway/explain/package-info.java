@NullMarked
package io.meshbridge.gateway.explain;

import org.jspecify.annotations.NullMarked;
