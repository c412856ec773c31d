package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What one provider's deliveries look like, but for the signature. */
interface ProviderSamples {
  /** Returns the documented types, the one that the provider's own example shows first. */
  List<String> types();

  /**
   * Returns a body of an event of {@code type}, documented or not.
   *
   * @param id what no other event has
   * @param now when the event happens
   * @throws IllegalArgumentException if the provider can have no event of that type
   */
  ObjectNode body(String type, String id, Instant now);

  /**
   * Returns the headers that the provider documents besides those of its signature.
   *
   * @param body the body, or the missing node if it is not JSON
   * @param id what no other delivery has
   */
  default Map<String, String> headers(JsonNode body, String id) {
    return Map.of();
  }
}
