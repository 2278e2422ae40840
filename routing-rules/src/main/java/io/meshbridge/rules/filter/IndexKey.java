package io.meshbridge.rules.filter;

/**
 * A condition that events can be looked up by.
 *
 * @param attribute whose text is compared
 * @param prefix whether the text starts like the value; else it is the value
 */
record IndexKey(String attribute, boolean prefix, String value) {
}
