package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.testing.FakeHttp;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SenderTest {
  private static final DeliveryRequest REQUEST =
      new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES)
          .genuine(
              Providers.named("lemma").orElseThrow(),
              "incident.created",
              "4d1c",
              Instant.parse("2026-06-01T12:00:00Z"));

  /** On a busy machine `demo` ended with 1, as it took the first 503 for the last word. */
  @Test
  void deliver_answered503_comesAgainAsAProviderDoes() {
    AtomicInteger pauses = new AtomicInteger();
    try (FakeHttp server = new FakeHttp().answering(503).answering(503);
        Sender sender = new Sender()) {
      Sender.Delivered delivered =
          sender.deliver(URI.create(server.url()), REQUEST, pauses::incrementAndGet);

      assertEquals(200, delivered.last().status());
      assertEquals(3, delivered.tries());
      assertEquals(2, pauses.get());
      assertEquals(3, server.requests().size());
    }
  }

  @Test
  void deliver_always503_givesUp() {
    try (FakeHttp server = new FakeHttp();
        Sender sender = new Sender()) {
      for (int i = 0; i < 20; i++) {
        server.answering(503);
      }
      Sender.Delivered delivered = sender.deliver(URI.create(server.url()), REQUEST, () -> {});

      assertEquals(503, delivered.last().status());
      assertEquals(10, delivered.tries());
    }
  }

  /** Each delivery of ours asked for HTTP/2, and an upgrade stood among what a provider sends. */
  @Test
  void send_anyDelivery_doesNotAskForAnotherProtocol() {
    try (FakeHttp server = new FakeHttp();
        Sender sender = new Sender()) {
      sender.send(URI.create(server.url()), REQUEST, false);

      assertNull(server.requests().getFirst().header("Upgrade"));
      assertNull(server.requests().getFirst().header("HTTP2-Settings"));
    }
  }
}
