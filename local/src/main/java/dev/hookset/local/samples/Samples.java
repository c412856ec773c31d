package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.receive.Provider;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Made-up bodies of every event type that the providers document, in the shapes that they document.
 * Where a provider tells test traffic apart, they are marked as such.
 *
 * <p>Every method throws {@link IllegalArgumentException} for a provider that has no samples.
 */
public final class Samples {
  private static final Map<String, ProviderSamples> BY_PROVIDER =
      Map.of(
          "lamina", new LaminaSamples(),
          "lemma", new LemmaSamples(),
          "lamba", new LambaSamples(),
          "lucid", new LucidSamples(),
          "lymnus", new LymnusSamples());

  private Samples() {}

  /** Returns the event types that {@code provider} documents, the default one first. */
  public static List<String> types(Provider provider) {
    return of(provider).types();
  }

  /** Returns the type of the event that the provider's own documentation shows. */
  public static String defaultType(Provider provider) {
    return types(provider).getFirst();
  }

  /**
   * Returns a body of an event of {@code type}, as compact JSON. The type need not be a documented
   * one; such an event has an envelope like all others, and little in it.
   *
   * @param id makes the event one of its own: the same ID, type and time give the same bytes; a
   *     UUID looks right for every provider
   * @param now when the event happens
   * @throws IllegalArgumentException if the provider can have no event of that type: Lamina's are
   *     all {@code run.<status>}
   */
  public static Body body(Provider provider, String type, String id, Instant now) {
    return Body.wrap(Json.compact(of(provider).body(type, id, now)));
  }

  /**
   * Returns the headers that {@code provider} documents besides those of its signature, as far as
   * {@code body} says what should stand in them.
   *
   * @param id names the delivery where the provider names deliveries
   */
  static Map<String, String> headers(Provider provider, Body body, String id) {
    JsonNode tree = Json.readIfJson(body);
    Map<String, String> headers = new LinkedHashMap<>();
    of(provider)
        .headers(tree, id)
        .forEach(
            (name, value) -> {
              // A body from elsewhere may hold what no header can.
              if (!value.isBlank() && value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                headers.put(name, value);
              }
            });
    return headers;
  }

  private static ProviderSamples of(Provider provider) {
    ProviderSamples samples = BY_PROVIDER.get(provider.name());
    if (samples == null) {
      throw new IllegalArgumentException("there are no samples of " + provider.name());
    }
    return samples;
  }
}
