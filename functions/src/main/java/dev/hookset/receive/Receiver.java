package dev.hookset.receive;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.hookset.Delivery;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.Pointer;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Refusal;
import dev.hookset.signing.Verified;
import dev.hookset.signing.Verifier;
import dev.hookset.signing.VerifyToken;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Receives deliveries of one provider: verify, record, push, answer. Safe to share between threads.
 *
 * <p>An authentic delivery is never lost: the success answer is given once its record is durable
 * and not before, whatever stands in it. The push comes after, and its failure does not change the
 * answer, because the relay pushes whatever was recorded and never reached a worker.
 */
public final class Receiver {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(30);
  private static final String NOT_JSON = "not_a_json_object";
  private static final String CONFLICT = "conflict";
  private static final String NOT_SUBSCRIBED = "not_subscribed";
  private static final Map<String, String> JSON = Map.of("content-type", "application/json");

  private final Provider provider;
  private final Verifier verifier;
  private final Inbox inbox;
  private final WorkQueue queue;
  private final Subscription subscription;
  private final Duration maxAge;
  private final DeliveryLog log;
  private final EventReader reader;
  private final @Nullable VerifyToken verifyToken;

  /**
   * Creates a receiver.
   *
   * @param provider the sender's dialect
   * @param verifier judges its deliveries
   * @param inbox records its events
   * @param queue takes the pointers to what was recorded
   * @param subscription which events are to be handled
   * @param maxAge how old an event may be, itself included, by its own signed time, where the
   *     scheme signs no timestamp: a captured delivery could otherwise be sent again once its
   *     record has expired
   * @param log is told of each delivery
   */
  public Receiver(
      Provider provider,
      Verifier verifier,
      Inbox inbox,
      WorkQueue queue,
      Subscription subscription,
      Duration maxAge,
      DeliveryLog log) {
    this(provider, verifier, inbox, queue, subscription, maxAge, log, null);
  }

  /**
   * Creates a receiver that answers a provider's subscription, too.
   *
   * @param verifyToken what the operator told the provider besides the secret; null if nothing
   */
  public Receiver(
      Provider provider,
      Verifier verifier,
      Inbox inbox,
      WorkQueue queue,
      Subscription subscription,
      Duration maxAge,
      DeliveryLog log,
      @Nullable VerifyToken verifyToken) {
    this.provider = Objects.requireNonNull(provider, "provider");
    this.verifier = Objects.requireNonNull(verifier, "verifier");
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.queue = Objects.requireNonNull(queue, "queue");
    this.subscription = Objects.requireNonNull(subscription, "subscription");
    this.maxAge = Objects.requireNonNull(maxAge, "maxAge");
    this.log = Objects.requireNonNull(log, "log");
    this.reader = new EventReader(provider);
    this.verifyToken = verifyToken;
  }

  /**
   * Answers a delivery. Never throws for anything that a delivery may hold, nor for an outage that
   * the sender can be asked to wait for.
   *
   * @param traceId the trace that the delivery belongs to, or null
   */
  public Reply receive(Delivery delivery, @Nullable String traceId) {
    Receipt receipt = judge(delivery, traceId);
    log.note(receipt);
    return receipt.reply();
  }

  /**
   * Answers an operator who asks, with a delivery that is to be refused, whether the key is here.
   * That is judged as any other, and counted nowhere; what is not refused is a delivery all the
   * same.
   */
  public Reply probe(Delivery delivery, @Nullable String traceId) {
    Receipt receipt = judge(delivery, traceId);
    switch (receipt.outcome()) {
      case REFUSED, NOT_CONFIGURED, UNAVAILABLE -> log.probed(receipt);
      case ACCEPTED, DUPLICATE, SKIPPED, QUARANTINED, ANSWERED -> log.note(receipt);
    }
    return receipt.reply();
  }

  /** Answers a request that could not be read as a delivery. */
  public Reply refuseMalformed() {
    Receipt receipt = new Notes(null).refused(Reason.MALFORMED_REQUEST);
    log.note(receipt);
    return receipt.reply();
  }

  private Receipt judge(Delivery delivery, @Nullable String traceId) {
    Notes notes = new Notes(traceId);
    Handshake.Subscription asking =
        delivery.method().equals("GET") ? Handshakes.subscription(provider) : null;
    if (asking != null) {
      return subscribed(asking, delivery, notes);
    }
    try {
      Verified verified = verifier.verify(delivery);
      notes.believe(verified);
      return record(verified, notes);
    } catch (Refusal e) {
      return notes.refused(e.reason());
    } catch (KeysUnavailable e) {
      return switch (e.why()) {
        case NOT_CONFIGURED -> notes.error(Receipt.Outcome.NOT_CONFIGURED, 500, e.getMessage());
        case UNREACHABLE -> notes.error(Receipt.Outcome.UNAVAILABLE, 503, e.getMessage());
      };
    } catch (InboxUnavailable e) {
      return notes.error(Receipt.Outcome.UNAVAILABLE, 503, e.getMessage() + ": " + e.getCause());
    }
  }

  private Receipt subscribed(Handshake.Subscription asking, Delivery delivery, Notes notes) {
    if (verifyToken == null) {
      return notes.error(
          Receipt.Outcome.NOT_CONFIGURED,
          500,
          provider.variablePrefix()
              + "_WEBHOOK_VERIFY_TOKEN is not set, so nobody can subscribe with this URL: choose"
              + " one, and give it to "
              + provider.title()
              + " too");
    }
    Reply answer = Handshakes.answer(asking, delivery, verifyToken);
    return answer == null
        ? notes.refused(Reason.INVALID_SIGNATURE, 403)
        : notes.receipt(Receipt.Outcome.ANSWERED, null, answer);
  }

  private Receipt record(Verified verified, Notes notes) throws Refusal {
    EventReader.Reading reading = reader.read(verified);
    Event event = reading.event();
    if (reading.sentAt() != null) {
      verifier.refuseUnlessTimely(reading.sentAt());
    }
    if (reading.answer() != null) {
      return notes.receipt(Receipt.Outcome.ANSWERED, null, reading.answer());
    }
    notes.event = event;
    Instant now = verified.delivery().receivedAt();
    if (isTooOld(event, now)) {
      throw new Refusal(Reason.TIMESTAMP_OUT_OF_TOLERANCE);
    }
    Status status =
        !reading.readable()
            ? Status.QUARANTINED
            : subscription.includes(event) ? Status.RECEIVED : Status.SKIPPED;
    return switch (inbox.record(notes.newRecord(event, now, status))) {
      case Recording.Created _ -> created(event, status, notes);
      case Recording.Existing existing -> {
        if (!existing.digest().equals(event.body().sha256())) {
          yield conflict(event, now, notes);
        }
        if (existing.waits()) {
          // The first delivery may have been cut off between its record and its push.
          notes.push(event.key());
        }
        yield notes.success(Receipt.Outcome.DUPLICATE, null, event.key());
      }
    };
  }

  private Receipt created(Event event, Status status, Notes notes) {
    return switch (status) {
      case RECEIVED -> {
        notes.push(event.key());
        yield notes.success(Receipt.Outcome.ACCEPTED, null, event.key());
      }
      case SKIPPED -> notes.success(Receipt.Outcome.SKIPPED, NOT_SUBSCRIBED, event.key());
      case QUARANTINED -> notes.success(Receipt.Outcome.QUARANTINED, NOT_JSON, event.key());
      case PROCESSING, DONE, SUPERSEDED, FAILED ->
          throw new IllegalStateException("a new record cannot be " + status);
    };
  }

  private Receipt conflict(Event event, Instant now, Notes notes) {
    notes.conflict = true;
    EventKey key = EventReader.conflicting(event.key(), event.body());
    Event kept =
        new Event(
            key,
            event.type(),
            event.occurredAt(),
            event.environment(),
            event.body(),
            event.origin());
    notes.event = kept;
    return switch (inbox.record(notes.newRecord(kept, now, Status.QUARANTINED))) {
      case Recording.Created _ -> notes.success(Receipt.Outcome.QUARANTINED, CONFLICT, key);
      case Recording.Existing _ -> notes.success(Receipt.Outcome.DUPLICATE, null, key);
    };
  }

  private boolean isTooOld(Event event, Instant now) {
    Instant occurredAt = event.occurredAt();
    return !provider.scheme().signsTimestamp()
        && occurredAt != null
        && occurredAt.isBefore(now.minus(maxAge));
  }

  /** What is known of a delivery so far. */
  private final class Notes {
    private final Map<String, String> keptHeaders = new LinkedHashMap<>();
    private final @Nullable String traceId;
    private @Nullable String keyFingerprint;
    private @Nullable Event event;
    private boolean conflict;
    private boolean pushed;
    private @Nullable String pushFailure;

    Notes(@Nullable String traceId) {
      this.traceId = EventReader.isPlain(traceId) ? traceId : null;
    }

    /** From here on its headers are logged and kept: before, anybody could make us pay for them. */
    void believe(Verified verified) {
      keyFingerprint = verified.keyFingerprint();
      for (String name : provider.keptHeaders()) {
        String value = verified.delivery().header(name);
        if (value != null && EventReader.isPlain(value)) {
          keptHeaders.put(name.toLowerCase(Locale.ROOT), value);
        }
      }
    }

    NewRecord newRecord(Event event, Instant now, Status status) {
      return new NewRecord(event, now, status, keptHeaders, traceId);
    }

    void push(EventKey key) {
      try {
        queue.push(new Pointer(key, traceId), Duration.ZERO);
        pushed = true;
      } catch (QueueUnavailable e) {
        pushFailure = e.getMessage() + ": " + e.getCause();
      }
    }

    Receipt success(Receipt.Outcome outcome, @Nullable String reason, EventKey key) {
      int status = provider.successStatus();
      if (status == 204) {
        return receipt(outcome, reason, new Reply(status, Map.of(), null));
      }
      String body =
          "{\"status\":\""
              + outcome.word()
              + "\",\"id\":\""
              + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(key.eventId()))
              + "\"}";
      return receipt(outcome, reason, new Reply(status, JSON, body));
    }

    Receipt refused(Reason reason) {
      int status =
          switch (reason) {
            case MALFORMED_REQUEST -> 400;
            case BODY_TOO_LARGE -> 413;
            case MISSING_SIGNATURE,
                MALFORMED_SIGNATURE,
                MISSING_TIMESTAMP,
                MALFORMED_TIMESTAMP,
                INVALID_SIGNATURE,
                TIMESTAMP_OUT_OF_TOLERANCE ->
                provider.refusalStatus();
          };
      return refused(reason, status);
    }

    Receipt refused(Reason reason, int status) {
      return receipt(
          Receipt.Outcome.REFUSED,
          reason.word(),
          new Reply(status, JSON, errorBody(reason.word())));
    }

    Receipt error(Receipt.Outcome outcome, int status, @Nullable String detail) {
      Map<String, String> headers = new LinkedHashMap<>(JSON);
      if (status == 503) {
        headers.put("retry-after", Long.toString(RETRY_AFTER.toSeconds()));
      }
      return receipt(outcome, detail, new Reply(status, headers, errorBody(outcome.word())));
    }

    Receipt receipt(Receipt.Outcome outcome, @Nullable String detail, Reply reply) {
      Event known = event;
      return new Receipt(
          provider.name(),
          outcome,
          detail,
          known == null ? null : known.key(),
          known == null ? null : known.type(),
          known == null ? null : known.environment(),
          known == null ? Origin.UNKNOWN : known.origin(),
          conflict,
          pushed,
          pushFailure,
          keyFingerprint,
          keptHeaders,
          traceId,
          reply);
    }

    private static String errorBody(String word) {
      return "{\"error\":\"" + word + "\"}";
    }
  }
}
