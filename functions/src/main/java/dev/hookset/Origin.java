package dev.hookset;

import org.jspecify.annotations.Nullable;

/**
 * Where an event comes from, in its sender's words: what helps to find it in the sender's console.
 * Nothing is decided by it, and the delivery's ID may come from a header that nobody signed.
 *
 * @param deliveryId what the sender calls the delivery; null where it does not name it
 * @param workspace the sender's workspace; null where it names none
 * @param project the sender's project; null where it names none
 */
public record Origin(
    @Nullable String deliveryId, @Nullable String workspace, @Nullable String project) {
  /** The origin of which nothing is known. */
  public static final Origin UNKNOWN = new Origin(null, null, null);
}
