/**
 * The packaged gateway seen from outside: its clients, its brokers, its operator.
 */
@NullMarked
package io.meshbridge.it;

import org.jspecify.annotations.NullMarked;
