package dev.hookset.receive;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Refusal;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import dev.hookset.signing.Verified;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an event of a verified delivery, by the rules that hold for every provider. */
final class EventReader {
  private static final int LONGEST = 256;
  private static final String BY_DIGEST = "sha256:";

  private final Provider provider;
  private final Fields.Paths paths;

  EventReader(Provider provider) {
    this.provider = provider;
    this.paths = Fields.Paths.of(provider.paths());
  }

  /**
   * What a verified delivery says.
   *
   * @param event the event
   * @param readable whether the body can be read; if not, the event is to be quarantined
   * @param sentAt the time of the delivery, where the scheme has it in the body; null otherwise
   * @param answer the answer to a handshake; null for an event
   */
  record Reading(Event event, boolean readable, @Nullable Instant sentAt, @Nullable Reply answer) {}

  /**
   * Reads a delivery.
   *
   * @throws Refusal if the timestamp that its body should have is missing or malformed
   */
  Reading read(Verified verified) throws Refusal {
    Body body = verified.body();
    Fields fields = Fields.read(body, paths, provider.bodies());
    Instant signedAt = verified.signedTimestamp();
    if (fields == null && !provider.bodies().bytes()) {
      return new Reading(
          new Event(key(null, verified), Event.UNKNOWN_TYPE, signedAt, null, body),
          false,
          null,
          null);
    }
    boolean isBytes = fields == null;
    if (fields == null) {
      fields = Fields.none();
    }
    Instant sentAt = isBytes ? null : sentAt(verified, fields);
    boolean isSigned = verified.isSigned();
    String type = plain(first(provider.typePlaces(), fields, verified));
    Instant occurredAt = isSigned ? occurredAt(fields) : null;
    if (occurredAt == null) {
      // A signed timestamp stands in for a time that the body does not give.
      occurredAt = sentAt == null ? signedAt : sentAt;
    }
    return new Reading(
        new Event(
            key(isSigned ? id(fields, verified) : null, verified),
            type == null ? Event.UNKNOWN_TYPE : type,
            occurredAt,
            isSigned ? plain(environment(fields, verified)) : null,
            body,
            new Origin(
                plain(text(provider.deliveryId(), fields, verified)),
                plain(text(provider.workspace(), fields, verified)),
                plain(text(provider.project(), fields, verified)))),
        true,
        sentAt,
        Handshakes.answer(provider, fields, verified));
  }

  /** Of several events in one body none is the one that it is known by. */
  private @Nullable String id(Fields fields, Verified verified) {
    return fields.isOfSeveral() ? null : first(provider.idPlaces(), fields, verified);
  }

  /** Returns the time of the delivery, where the scheme has it in the body. */
  private static @Nullable Instant sentAt(Verified verified, Fields fields) throws Refusal {
    Scheme.Timestamp timestamp = verified.timestampInBody();
    if (timestamp == null) {
      return null;
    }
    String path = timestamp.name();
    String text = timestamp.form().isNumber() ? fields.numeral(path) : fields.string(path);
    if (text == null) {
      throw new Refusal(
          fields.number(path) == null ? Reason.MISSING_TIMESTAMP : Reason.MALFORMED_TIMESTAMP);
    }
    Instant time = timestamp.form().parse(text);
    if (time == null) {
      throw new Refusal(Reason.MALFORMED_TIMESTAMP);
    }
    return time;
  }

  private @Nullable Instant occurredAt(Fields fields) {
    TimestampForm form = provider.timeForm();
    if (form != null) {
      for (String path : provider.timePaths()) {
        Instant time = fields.time(form, path);
        if (time != null) {
          return time;
        }
      }
    }
    return null;
  }

  private @Nullable String environment(Fields fields, Verified verified) {
    String text = text(provider.environment(), fields, verified);
    Provider.EnvironmentSetting setting = provider.environmentSetting();
    return text == null || setting == null ? text : setting.values().getOrDefault(text, text);
  }

  private static @Nullable String first(
      List<? extends Shown> places, Fields fields, Verified verified) {
    for (Shown place : places) {
      String text = place.read(fields, verified);
      if (text != null && !text.isEmpty()) {
        return text;
      }
    }
    return null;
  }

  private static @Nullable String text(@Nullable Shown place, Fields fields, Verified verified) {
    return place == null ? null : place.read(fields, verified);
  }

  /** The key of a body that says other things under an ID than an earlier one did. */
  static EventKey conflicting(EventKey key, Body body) {
    return new EventKey(key.provider(), key.eventId() + "~" + body.sha256().substring(0, 16));
  }

  private EventKey key(@Nullable String id, Verified verified) {
    String eventId;
    if (id == null || id.isEmpty() || hasLoneSurrogate(id)) {
      eventId = BY_DIGEST + verified.digest();
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
