package dev.hookset;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a verified delivery says.
 *
 * @param key provider and ID
 * @param type what happened, in the provider's words; {@code unknown} where the body does not say
 *     it
 * @param occurredAt when it happened, by the provider; null where the body gives no readable time
 * @param environment the provider's environment ({@code prod}, {@code test}, {@code live} …); null
 *     where it names none
 * @param body the signed bytes
 * @param origin where it comes from, in the provider's words
 */
public record Event(
    EventKey key,
    String type,
    @Nullable Instant occurredAt,
    @Nullable String environment,
    Body body,
    Origin origin) {
  /** The type of an event whose body names none. */
  public static final String UNKNOWN_TYPE = "unknown";

  /** Checks that what must be there is there. */
  public Event {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(origin, "origin");
  }

  /** Creates an event of which it is not known where it comes from. */
  public Event(
      EventKey key,
      String type,
      @Nullable Instant occurredAt,
      @Nullable String environment,
      Body body) {
    this(key, type, occurredAt, environment, body, Origin.UNKNOWN);
  }

  /** Returns the provider's name. */
  public String provider() {
    return key.provider();
  }

  /** Returns the event's ID. */
  public String id() {
    return key.eventId();
  }
}
