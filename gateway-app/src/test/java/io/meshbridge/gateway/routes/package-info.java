@NullMarked
package io.meshbridge.gateway.routes;

import org.jspecify.annotations.NullMarked;
