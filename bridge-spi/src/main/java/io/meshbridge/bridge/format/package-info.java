/**
 * The parts of CloudEvents that several protocols share: the JSON event format, the
 * canonical text of attribute values, and the assembly of an event from its attributes.
 */
@NullMarked
package io.meshbridge.bridge.format;

import org.jspecify.annotations.NullMarked;
