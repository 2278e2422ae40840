@NullMarked
package io.meshbridge.gateway.admin;

import org.jspecify.annotations.NullMarked;
