package dev.hookset.local.troubleshooting;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerifyToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as somebody has it, and what it is to be judged by.
 *
 * @param provider to whose function it was, or would be, sent
 * @param address how it was asked for, and where
 * @param headers by name in any case
 * @param body the bytes
 * @param at the time of the judgement
 * @param keys the keys in use, and others that may have signed by mistake
 * @param terms what the function is configured with besides
 */
public record Case(
    Provider provider,
    Address address,
    Map<String, String> headers,
    Body body,
    Instant at,
    KeyRing keys,
    Terms terms) {
  /** Creates the case of a {@code POST} whose address is not known, as most senders sign none. */
  public Case(
      Provider provider,
      Map<String, String> headers,
      Body body,
      Instant at,
      KeyRing keys,
      Terms terms) {
    this(provider, Address.UNKNOWN, headers, body, at, keys, terms);
  }

  /** Checks that what must be there is there, and copies the headers. */
  public Case {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(address, "address");
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(terms, "terms");
  }

  /** Returns the same, asked for in another way. */
  Case at(Address other) {
    return new Case(provider, other, headers, body, at, keys, terms);
  }

  /** Returns whether the address has a part in what a provider signs. */
  public static boolean signsUrl(Provider provider) {
    return provider.scheme().all().stream()
        .map(Scheme::message)
        .anyMatch(message -> message != null && message.hasUrl());
  }

  /** Returns the delivery as its function gets it. */
  Delivery delivery() {
    return new Delivery(address.method(), address.url(), headers, body, at);
  }

  /** Returns which of its provider's schemes it is judged by. */
  Scheme scheme() {
    return provider.scheme().of(delivery(), keys.activeKeys());
  }

  /** Says whose delivery of which size this is; headers may hold more than is to be seen. */
  @Override
  public String toString() {
    return "Case["
        + provider.name()
        + ", "
        + headers.size()
        + " headers, "
        + body
        + ", "
        + at
        + "]";
  }

  /**
   * How a delivery was asked for, and where.
   *
   * @param method the method, in capitals
   * @param url the whole address, with its query, as its function takes it to be; empty if it is
   *     not known
   * @param others further addresses under which it may have been sent
   */
  public record Address(String method, String url, List<String> others) {
    /** A {@code POST} to nobody knows where. */
    public static final Address UNKNOWN = new Address("POST", "", List.of());

    /** Checks that what must be there is there, and copies the list. */
    public Address {
      Objects.requireNonNull(method, "method");
      Objects.requireNonNull(url, "url");
      others = List.copyOf(others);
    }

    /** Returns the same at another address. */
    Address to(String other) {
      return new Address(method, other, others);
    }

    /** Returns the same by another method. */
    Address by(String other) {
      return new Address(other, url, others);
    }
  }

  /**
   * What a receiving function is configured with besides its keys.
   *
   * @param tolerance how far the delivery's timestamp may lie from the judgement, each way
   * @param maxBodyBytes the longest body that is looked at
   * @param maxAge how old an event may be by its own time, where the scheme signs no timestamp
   * @param subscription which events are handled
   * @param verifyToken what a handshake by {@code GET} has to give; null if nothing is configured
   */
  public record Terms(
      Duration tolerance,
      int maxBodyBytes,
      Duration maxAge,
      Subscription subscription,
      @Nullable VerifyToken verifyToken) {
    /** What a function has that nothing was configured for. */
    public static final Terms DEFAULT =
        new Terms(
            Duration.ofMinutes(5), 4 << 20, Duration.ofDays(29), new Subscription("", null), null);

    /**
     * Returns what a provider's function makes of its variables. A wrong one counts as not set
     * here; the function itself would not start.
     */
    public static Terms of(Provider provider, Map<String, String> variables) {
      String prefix = provider.variablePrefix() + "_WEBHOOK_";
      long retention = number(variables, "WEBHOOK_RETENTION_DAYS", 30);
      Provider.EnvironmentSetting setting = provider.environmentSetting();
      String verifyToken = variables.getOrDefault(prefix + "VERIFY_TOKEN", "");
      return new Terms(
          Duration.ofSeconds(
              number(
                  variables,
                  prefix + "TOLERANCE_SECONDS",
                  provider.scheme().tolerance().toSeconds())),
          (int) number(variables, "WEBHOOK_MAX_BODY_BYTES", 4 << 20),
          Duration.ofDays(number(variables, prefix + "MAX_AGE_DAYS", retention - 1)),
          new Subscription(
              variables.getOrDefault(prefix + "EVENTS", ""),
              setting == null
                  ? null
                  : setting.values().get(variables.getOrDefault(prefix + setting.suffix(), ""))),
          verifyToken.isBlank() ? null : new VerifyToken(verifyToken));
    }

    private static long number(Map<String, String> variables, String name, long fallback) {
      String text = variables.getOrDefault(name, "");
      return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : fallback;
    }

    /** Checks that what must be there is there. */
    public Terms {
      Objects.requireNonNull(tolerance, "tolerance");
      Objects.requireNonNull(maxAge, "maxAge");
      Objects.requireNonNull(subscription, "subscription");
    }
  }
}
