@NullMarked
package io.meshbridge.gateway.story;

import org.jspecify.annotations.NullMarked;
