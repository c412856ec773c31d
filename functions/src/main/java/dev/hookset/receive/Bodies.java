package dev.hookset.receive;

import org.jspecify.annotations.Nullable;

/**
 * What a sender's bodies may be besides one JSON object.
 *
 * @param arrays an array of JSON objects
 * @param forms a form
 * @param jsonParameter the form's parameter that is a JSON object and counts for the whole; null
 *     for none
 * @param bytes anything
 */
record Bodies(boolean arrays, boolean forms, @Nullable String jsonParameter, boolean bytes) {
  static final Bodies JSON_OBJECTS = new Bodies(false, false, null, false);
}
