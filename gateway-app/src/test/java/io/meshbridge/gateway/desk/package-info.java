@NullMarked
package io.meshbridge.gateway.desk;

import org.jspecify.annotations.NullMarked;
