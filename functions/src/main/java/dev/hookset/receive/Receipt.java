package dev.hookset.receive;

import dev.hookset.EventKey;
import dev.hookset.Origin;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a delivery, for the log and whoever counts. It holds neither the body nor a
 * signature.
 *
 * @param provider whose function received it
 * @param outcome what became of it
 * @param detail the reason why it was refused, skipped or quarantined, a word from a closed set; or
 *     for the operator what is missing or did not answer; null where there is nothing to say
 * @param key the record's key; null where the delivery was not believed
 * @param type the event's type; null where the delivery was not believed
 * @param environment the event's environment; null where it names none
 * @param origin where the event comes from, in the provider's words
 * @param conflict whether other bytes had come under the event's ID before
 * @param pushed whether the queue took a pointer to it
 * @param pushFailure why the pointer could not be pushed; null if it was, or if there was nothing
 *     to push
 * @param keyFingerprint which key verified it; null where none did
 * @param headers the headers that the provider wants kept, by lower-cased name; none where the
 *     delivery was not believed
 * @param traceId the trace that the delivery belongs to
 * @param reply the answer
 */
public record Receipt(
    String provider,
    Outcome outcome,
    @Nullable String detail,
    @Nullable EventKey key,
    @Nullable String type,
    @Nullable String environment,
    Origin origin,
    boolean conflict,
    boolean pushed,
    @Nullable String pushFailure,
    @Nullable String keyFingerprint,
    Map<String, String> headers,
    @Nullable String traceId,
    Reply reply) {
  /** Copies the headers. */
  public Receipt {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(reply, "reply");
    headers = Map.copyOf(headers);
  }

  /** What can become of a delivery. */
  public enum Outcome {
    /** Recorded, to be handled. */
    ACCEPTED,
    /** Recorded before; acknowledged again. */
    DUPLICATE,
    /** Recorded, not to be handled: not subscribed, or of another environment. */
    SKIPPED,
    /** Recorded for a person to look at. */
    QUARANTINED,
    /** Not believed, too old or too large. */
    REFUSED,
    /** A handshake: answered, recorded nowhere. */
    ANSWERED,
    /** There is no key to judge with, and there will be none until the operator acts. */
    NOT_CONFIGURED,
    /**
     * Where the keys are kept, or the inbox, does not answer; the sender is asked to come again.
     */
    UNAVAILABLE;

    /** Returns the word that replies and the log use. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
