/**
 * What events have in common over AMQP 0-9-1 and 1.0: the names of their headers, and
 * what an empty body means.
 */
@NullMarked
package io.meshbridge.bridge.amqp;

import org.jspecify.annotations.NullMarked;
