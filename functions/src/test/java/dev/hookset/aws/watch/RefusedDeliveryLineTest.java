package dev.hookset.aws.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.providers.Providers;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.Verifier;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a delivery that nobody believes can make us log: bytes that we pay for. */
final class RefusedDeliveryLineTest {
  /** The most bytes of the line about a delivery that was refused, whatever it holds. */
  private static final int MOST_BYTES = 1_024;

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-06-01T12:00:00.123456789Z"));

  @Test
  void note_deliveryWithHostileHeaders_isOneBoundedLine() {
    // Headers were logged before the signature was judged: a refused line grew from 0.6 to 5.3 kB.
    String trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    for (Provider provider : Providers.all()) {
      Map<String, String> hostile = new HashMap<>();
      provider.keptHeaders().forEach(name -> hostile.put(name, "\u20ac".repeat(256)));
      List<Map<String, String>> headers =
          List.of(
              hostile,
              with(hostile, provider.scheme().signatureHeader(), "\u20ac".repeat(10_000)),
              with(hostile, provider.scheme().signatureHeader(), "a".repeat(10_000)));
      for (Map<String, String> each : headers) {
        String line = line(provider, new Delivery(each, Body.ofUtf8("{}"), CLOCK.instant()), trace);

        assertTrue(line.contains("\"outcome\":\"refused\""), line);
        assertEquals(1, line.lines().count(), line);
        assertTrue(line.getBytes(UTF_8).length <= MOST_BYTES, () -> line.length() + ": " + line);
      }
    }
  }

  @Test
  void note_deliveryToAProviderWithoutAKey_hasAMetricOfItsOwn() {
    // One POST by anybody raised the alarm that means an outage.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Provider provider = Providers.named("lucid").orElseThrow();
    receiver(provider, bytes, false)
        .receive(
            new Delivery(
                Map.of("X-Lucid-Signature", "0".repeat(64)), Body.ofUtf8("{}"), CLOCK.instant()),
            null);

    assertTrue(bytes.toString(UTF_8).contains("\"NotConfigured\":1"), bytes.toString(UTF_8));
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return more;
  }

  private static String line(Provider provider, Delivery delivery, String trace) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    receiver(provider, bytes, true).receive(delivery, trace);
    return bytes.toString(UTF_8);
  }

  private static Receiver receiver(
      Provider provider, ByteArrayOutputStream bytes, boolean isConfigured) {
    return new Receiver(
        provider,
        new Verifier(
            provider.scheme(),
            () -> {
              if (!isConfigured) {
                throw new KeysUnavailable(KeysUnavailable.Cause.NOT_CONFIGURED, "no secret yet");
              }
              return List.of();
            },
            Duration.ofMinutes(5),
            1 << 20,
            CLOCK),
        new InMemoryInbox(Duration.ofDays(30)),
        new InMemoryWorkQueue(CLOCK),
        new Subscription("", null),
        Duration.ofDays(29),
        new JsonLog(new PrintStream(bytes, true, UTF_8), CLOCK, "Hookset"));
  }
}
