package dev.hookset.receive;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.signing.Verified;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes an event of a verified delivery, by the rules that hold for every provider. */
final class EventReader {
  private static final int LONGEST = 256;
  private static final String BY_DIGEST = "sha256:";

  private final Provider provider;
  private final Fields.Paths paths;

  EventReader(Provider provider) {
    this.provider = provider;
    this.paths = Fields.Paths.of(provider.fields());
  }

  /**
   * What a verified delivery says.
   *
   * @param event the event
   * @param readable whether the body is a JSON object; if not, the event is to be quarantined
   */
  record Reading(Event event, boolean readable) {}

  Reading read(Verified verified) {
    Body body = verified.body();
    Fields fields = Fields.read(body, paths);
    if (fields == null) {
      return new Reading(
          new Event(key(null, body), Event.UNKNOWN_TYPE, verified.signedTimestamp(), null, body),
          false);
    }
    Facts facts = provider.read(fields, verified);
    String type = plain(facts.type());
    Origin origin = facts.origin();
    return new Reading(
        new Event(
            key(facts.id(), body),
            type == null ? Event.UNKNOWN_TYPE : type,
            // A signed timestamp stands in for a time that the body does not give.
            facts.occurredAt() == null ? verified.signedTimestamp() : facts.occurredAt(),
            plain(facts.environment()),
            body,
            new Origin(
                plain(origin.deliveryId()), plain(origin.workspace()), plain(origin.project()))),
        true);
  }

  /** The key of a body that says other things under an ID than an earlier one did. */
  static EventKey conflicting(EventKey key, Body body) {
    return new EventKey(key.provider(), key.eventId() + "~" + body.sha256().substring(0, 16));
  }

  private EventKey key(@Nullable String id, Body body) {
    String eventId;
    if (id == null || id.isEmpty() || hasLoneSurrogate(id)) {
      eventId = BY_DIGEST + body.sha256();
    } else if (id.length() > LONGEST) {
      eventId = BY_DIGEST + Body.ofUtf8(id).sha256();
    } else {
      eventId = id;
    }
    return new EventKey(provider.name(), eventId);
  }

  /**
   * Returns whether {@code text} is short enough, and whole enough, to stand in a record beside the
   * body.
   */
  static boolean isPlain(@Nullable String text) {
    return text != null && !text.isEmpty() && text.length() <= LONGEST && !hasLoneSurrogate(text);
  }

  private static @Nullable String plain(@Nullable String text) {
    return isPlain(text) ? text : null;
  }

  /** A table of UTF-8 strings cannot hold half of a surrogate pair. */
  private static boolean hasLoneSurrogate(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
