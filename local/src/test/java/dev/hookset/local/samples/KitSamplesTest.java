package dev.hookset.local.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.providers.DocumentedTypes;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Holds the samples of the kit for handlers' tests to those that are sent. */
final class KitSamplesTest {
  private static final String ID = "550e8400-e29b-41d4-a716-446655440000";
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  @Test
  void kit_samplesOfEveryProvider_areThoseThatAreSent() throws IOException {
    for (Provider provider : Providers.deployed()) {
      ObjectNode expected = Json.object();
      for (String type : Samples.types(provider)) {
        expected.set(type, Json.readIfJson(Samples.body(provider, type, ID, NOW)));
      }
      String file = "/samples/" + provider.name() + ".json";
      try (InputStream stream = KitSamplesTest.class.getResourceAsStream(file)) {
        assertNotNull(stream, "functions/src/test/resources" + file + " is missing");
        assertEquals(
            Json.pretty(expected),
            Json.pretty(Json.readIfJson(Body.wrap(stream.readAllBytes()))),
            file);
      }
    }
  }

  @Test
  void types_thatAreSent_areDocumentedByTheirProviders() {
    for (Provider provider : Providers.deployed()) {
      for (String type : Samples.types(provider)) {
        assertTrue(DocumentedTypes.flaw(provider.name(), type).isEmpty(), type);
      }
    }
  }
}
