/**
 * The keys of the rules language: what each takes and does, said once for those who read
 * rules, the JSON Schema and the pages.
 */
@NullMarked
package io.meshbridge.rules.reference;

import org.jspecify.annotations.NullMarked;
