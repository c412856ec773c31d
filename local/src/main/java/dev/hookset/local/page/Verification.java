package dev.hookset.local.page;

import dev.hookset.Body;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.troubleshooting.Case;
import dev.hookset.local.troubleshooting.Diagnosis;
import dev.hookset.local.troubleshooting.KeyRing;
import dev.hookset.local.troubleshooting.Troubleshooter;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Has a delivery judged again, step by step: as at the time when it came, by the keys that this
 * stack has now. So a delivery that was refused shows, after a restart with another key, that it
 * would hold.
 */
final class Verification {
  private volatile Map<String, String> variables;

  /**
   * Creates a judge.
   *
   * @param variables what the functions have in their environment
   */
  Verification(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** Has it judge by other keys from now on. */
  void use(Map<String, String> others) {
    variables = Map.copyOf(others);
  }

  /**
   * Returns what is to be said of a delivery; null if its body is not kept, or if its provider's
   * key is not in the environment, but fetched by the function.
   *
   * @throws IllegalArgumentException if what the environment has as the key is none; the message
   *     names the variable and does not repeat the value
   */
  @Nullable Diagnosis of(Exchange exchange) {
    Case delivery = caseOf(exchange);
    return delivery == null ? null : Troubleshooter.examine(delivery);
  }

  /**
   * Returns what its function would make of a delivery that has not come, without a search for why
   * it is refused; null, and throws, likewise.
   */
  @Nullable Receipt judge(Exchange exchange) {
    Case delivery = caseOf(exchange);
    return delivery == null ? null : Troubleshooter.judge(delivery);
  }

  /** Returns the address that a delivery is to be signed for, where its sender signs it. */
  URI address(Exchange exchange) {
    Provider provider = Providers.named(exchange.provider()).orElseThrow();
    return URI.create(address(provider, exchange).url());
  }

  private @Nullable Case caseOf(Exchange exchange) {
    Provider provider = Providers.named(exchange.provider()).orElseThrow();
    Body body = exchange.body();
    String variable = keyVariable(provider);
    if (body == null || variables.getOrDefault(variable, "").isEmpty()) {
      return null;
    }
    return new Case(
        provider,
        address(provider, exchange),
        exchange.headers(),
        body,
        exchange.receivedAt(),
        keys(provider, variable),
        Case.Terms.of(provider, variables));
  }

  /** Its own but for the query, where it is configured: so its function takes it to be. */
  private Case.Address address(Provider provider, Exchange exchange) {
    String configured = variables.getOrDefault(prefix(provider) + "URL", "");
    String query = exchange.query();
    String url =
        configured.isEmpty()
            ? exchange.url()
            : configured.indexOf('?') >= 0 || query.isEmpty()
                ? configured
                : configured + "?" + query;
    return new Case.Address(exchange.method(), url, List.of(exchange.url()));
  }

  private KeyRing keys(Provider provider, String variable) {
    KeyRing ring;
    try {
      ring =
          KeyRing.empty()
              .withActive(
                  variable, provider.scheme(), Objects.requireNonNull(variables.get(variable)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    }
    for (Provider other : Providers.all()) {
      String text = variables.getOrDefault(keyVariable(other), "");
      if (!other.name().equals(provider.name()) && !text.isEmpty()) {
        ring = ring.withOther(keyVariable(other), other.scheme(), text);
      }
    }
    return ring;
  }

  private static String keyVariable(Provider provider) {
    return prefix(provider) + (provider.scheme().hasPublicKey() ? "PUBLIC_KEY" : "SECRET");
  }

  private static String prefix(Provider provider) {
    return provider.variablePrefix() + "_WEBHOOK_";
  }
}
