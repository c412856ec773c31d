package dev.hookset.aws;

import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.keys.CachedKeys;
import dev.hookset.aws.snapshot.ConnectionWarmup;
import dev.hookset.aws.snapshot.KeptDelivery;
import dev.hookset.aws.snapshot.Priming;
import dev.hookset.aws.snapshot.RefusedCalls;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.inbox.Inbox;
import dev.hookset.providers.Providers;
import dev.hookset.receive.DeliveryLog;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.receive.WorkQueue;
import dev.hookset.signing.KeySource;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import dev.hookset.signing.VerifyToken;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts together the receiver of the provider that {@code PROVIDER} names, and its priming. */
final class ReceiverWiring {
  private static final int MOST_BODY_BYTES = 6 * 1024 * 1024;
  private static final int DEFAULT_BODY_BYTES = 4 * 1024 * 1024;

  /** 68 years: with it, the committed sample deliveries are accepted whenever they are tried. */
  private static final int MOST_TOLERANCE_SECONDS = Integer.MAX_VALUE;

  /** A trace of nobody's, as a delivery has one. */
  private static final String NO_TRACE = "Root=1-00000000-000000000000000000000000;Sampled=0";

  private static final Duration DAY = Duration.ofDays(1);

  private final Environment environment;
  private final Adapters adapters;
  private final InstantSource clock;
  private final Provider provider;
  private final String prefix;
  private final Clients clients;
  private final KeySource keys;
  private final ConnectionWarmup table = new ConnectionWarmup();
  private final ConnectionWarmup queue = new ConnectionWarmup();

  ReceiverWiring(Environment environment, Adapters adapters, InstantSource clock) {
    this.environment = environment;
    this.adapters = adapters;
    this.clock = clock;
    this.provider = provider(environment);
    this.prefix = provider.variablePrefix() + "_WEBHOOK_";
    this.clients = adapters.clients(Clients.Patience.RECEIVING);
    this.keys = new ProviderKeys(provider, environment, clients, clock).source();
  }

  private static Provider provider(Environment environment) {
    String name = environment.required("PROVIDER");
    Optional<Provider> found;
    try {
      found = Providers.named(name);
    } catch (IllegalArgumentException e) {
      throw new Misconfiguration(
          "PROVIDER", "is '" + name + "', which is looked for among your own: " + e.getMessage());
    }
    return found.orElseThrow(
        () ->
            new Misconfiguration(
                "PROVIDER",
                "is '"
                    + name
                    + "'; one of "
                    + String.join(", ", Providers.names())
                    + " is expected"));
  }

  /** Returns the receiver, whose keys have been asked for. */
  Receiver receiver(
      UnaryOperator<Inbox> inboxes,
      UnaryOperator<WorkQueue> queues,
      DeliveryLog deliveryLog,
      JsonLog log) {
    Duration tolerance = tolerance();
    Duration maxAge = maxAge(tolerance);
    Subscription subscription = subscription();
    int maxBodyBytes =
        environment.integer("WEBHOOK_MAX_BODY_BYTES", DEFAULT_BODY_BYTES, 1, MOST_BODY_BYTES);
    Receiver receiver =
        new Receiver(
            provider,
            new Verifier(provider.scheme(), keys, tolerance, maxBodyBytes, clock),
            inboxes.apply(adapters.inbox(clients.dynamoDb(table), adapters.bodies(clients))),
            queues.apply(adapters.queue(clients.sqs(queue))),
            subscription,
            maxAge,
            deliveryLog,
            verifyToken());
    fetchEarly(log);
    return receiver;
  }

  private @Nullable VerifyToken verifyToken() {
    String token = environment.optional(prefix + "VERIFY_TOKEN");
    return token == null || token.isBlank() ? null : new VerifyToken(token);
  }

  /**
   * Returns the URL as the sender was given it, where that is not the one that the function sees.
   */
  @Nullable URI publicUrl() {
    return environment.url(prefix + "URL");
  }

  private Duration tolerance() {
    return provider.scheme().hasTimestamp()
        ? Duration.ofSeconds(
            environment.integer(
                prefix + "TOLERANCE_SECONDS",
                (int) provider.scheme().tolerance().toSeconds(),
                1,
                MOST_TOLERANCE_SECONDS))
        : Duration.ZERO;
  }

  /** Returns how old an event may be; a record must outlive what lets its delivery in again. */
  private Duration maxAge(Duration tolerance) {
    Duration retention = adapters.retention();
    boolean signsTimestamp = provider.scheme().signsTimestamp();
    // Where the timestamp is signed, the receiver does not look at the event's own age.
    Duration maxAge =
        signsTimestamp
            ? retention
            : Duration.ofDays(
                environment.integer(
                    prefix + "MAX_AGE_DAYS",
                    (int) retention.minus(DAY).toDays(),
                    1,
                    Adapters.MOST_DAYS));
    Duration window = signsTimestamp ? tolerance : maxAge;
    if (retention.compareTo(window.plus(DAY)) < 0) {
      throw new Misconfiguration(
          "WEBHOOK_RETENTION_DAYS",
          "is "
              + retention.toDays()
              + "; it must be at least a day more than "
              + prefix
              + (signsTimestamp ? "TOLERANCE_SECONDS" : "MAX_AGE_DAYS")
              + " allows, or a captured delivery could be sent again when its record has expired");
    }
    requireRetriesInside(retention);
    return maxAge;
  }

  /** A retry must find the record of the first attempt, or it is an event of its own. */
  private void requireRetriesInside(Duration retention) {
    Provider.Retries retries = provider.retries();
    if (retries != null && retention.compareTo(retries.span()) < 0) {
      throw new Misconfiguration(
          "WEBHOOK_RETENTION_DAYS",
          "is "
              + retention.toDays()
              + "; it must be at least the "
              + retries.span().toHours()
              + " hours for which "
              + provider.title()
              + " tries again, or a late attempt would be handled as another event");
    }
  }

  private Subscription subscription() {
    String types = environment.optional(prefix + "EVENTS");
    Provider.EnvironmentSetting setting = provider.environmentSetting();
    String only = null;
    if (setting != null) {
      String value = environment.oneOf(prefix + setting.suffix(), setting.choices());
      only = value == null ? null : setting.values().get(value);
    }
    return new Subscription(types == null ? "" : types, only);
  }

  /**
   * A snapshot then holds the keys, to serve on with where they cannot be had after a restore. A
   * secret is by then due for another look; if there is none yet, the first delivery asks again.
   */
  private void fetchEarly(JsonLog log) {
    try {
      keys.keys();
    } catch (KeysUnavailable e) {
      log.note("WARN", provider.name() + ": " + e.getMessage());
    }
  }

  /** A secret is asked for however lately that was done; who publishes keys is not bothered. */
  private List<VerificationKey> anew() throws KeysUnavailable {
    if (keys instanceof CachedKeys cached) {
      cached.renew();
    }
    return keys.keys();
  }

  /** Returns what readies the receiver: one like it, which believes a delivery of nobody's. */
  Priming priming() {
    KeptDelivery kept = KeptDelivery.likeOf(provider, Providers::deployed);
    RefusedCalls puts = new RefusedCalls();
    RefusedCalls sends = new RefusedCalls();
    Receiver receiver =
        new Receiver(
            kept.provider(),
            kept.verifier(),
            adapters.inbox(clients.dynamoDb(puts), adapters.bodies(clients)),
            adapters.queue(clients.sqs(sends)),
            new Subscription("", null),
            adapters.retention(),
            adapters.log(clock, new PrintStream(OutputStream.nullOutputStream())));
    ReceiveFunction function = new ReceiveFunction(receiver, () -> KeptDelivery.SIGNED_AT);
    return new Priming(
        kept,
        (event, answer, invocation) -> {
          // Where Lambda's runtime tells of the trace of an invocation, which the clients pass on.
          System.setProperty(ReceiveFunction.TRACE, NO_TRACE);
          try {
            function.handleRequest(event, answer, invocation);
          } finally {
            System.clearProperty(ReceiveFunction.TRACE);
          }
        },
        clients,
        Map.of(
            new ConnectionWarmup(),
            this::anew,
            table,
            () -> clients.connect(puts.service()),
            queue,
            () -> clients.connect(sends.service())),
        clock);
  }
}
