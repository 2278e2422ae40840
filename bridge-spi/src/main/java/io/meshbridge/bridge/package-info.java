/**
 * What a protocol provides to the gateway: how its messages become events and back, how
 * an inbound message is settled, and how an outbound one is confirmed.
 */
@NullMarked
package io.meshbridge.bridge;

import org.jspecify.annotations.NullMarked;
