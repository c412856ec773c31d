package dev.hookset.local.troubleshooting;

import dev.hookset.Body;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A delivery as somebody has it, and what it is to be judged by.
 *
 * @param provider to whose function it was, or would be, sent
 * @param headers by name in any case
 * @param body the bytes
 * @param at the time of the judgement
 * @param keys the keys in use, and others that may have signed by mistake
 * @param terms what the function is configured with besides
 */
public record Case(
    Provider provider,
    Map<String, String> headers,
    Body body,
    Instant at,
    KeyRing keys,
    Terms terms) {
  /** Checks that what must be there is there, and copies the headers. */
  public Case {
    Objects.requireNonNull(provider, "provider");
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(terms, "terms");
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
   * What a receiving function is configured with besides its keys.
   *
   * @param tolerance how far the delivery's timestamp may lie from the judgement, each way
   * @param maxBodyBytes the longest body that is looked at
   * @param maxAge how old an event may be by its own time, where the scheme signs no timestamp
   * @param subscription which events are handled
   */
  public record Terms(
      Duration tolerance, int maxBodyBytes, Duration maxAge, Subscription subscription) {
    /** What a function has that nothing was configured for. */
    public static final Terms DEFAULT =
        new Terms(Duration.ofMinutes(5), 4 << 20, Duration.ofDays(29), new Subscription("", null));

    /**
     * Returns what a provider's function makes of its variables. A wrong one counts as not set
     * here; the function itself would not start.
     */
    public static Terms of(Provider provider, Map<String, String> variables) {
      String prefix = provider.variablePrefix() + "_WEBHOOK_";
      long retention = number(variables, "WEBHOOK_RETENTION_DAYS", 30);
      Provider.EnvironmentSetting setting = provider.environmentSetting();
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
                  : setting.values().get(variables.getOrDefault(prefix + setting.suffix(), ""))));
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
