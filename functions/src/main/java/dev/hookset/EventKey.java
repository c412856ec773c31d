package dev.hookset;

import java.util.Objects;

/**
 * What tells one event from every other: its provider and its ID. This is also all that the body of
 * a message on the work queue says.
 *
 * @param provider the provider's name, without {@code #}
 * @param eventId the event's ID; may hold any character, {@code #} included
 */
public record EventKey(String provider, String eventId) {
  /** Checks the parts. */
  public EventKey {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(eventId, "eventId");
    if (provider.isEmpty() || provider.indexOf('#') >= 0) {
      throw new IllegalArgumentException("provider must be a name without '#'");
    }
    if (eventId.isEmpty()) {
      throw new IllegalArgumentException("eventId must not be empty");
    }
  }

  /**
   * Returns the key as one string, {@code <provider>#<eventId>}. It is the same for every delivery
   * and every attempt, so it serves as an idempotency key for whatever a handler calls.
   */
  @Override
  public String toString() {
    return provider + '#' + eventId;
  }

  /**
   * Parses what {@link #toString()} returns.
   *
   * @throws IllegalArgumentException if {@code text} is no key
   */
  public static EventKey parse(String text) {
    int separator = text.indexOf('#');
    if (separator < 0) {
      throw new IllegalArgumentException("a key looks like <provider>#<eventId>");
    }
    return new EventKey(text.substring(0, separator), text.substring(separator + 1));
  }
}
