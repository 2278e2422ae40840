@NullMarked
package io.meshbridge.gateway.ingress;

import org.jspecify.annotations.NullMarked;
