package dev.hookset.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.signing.KeySource;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator asks a receiver past its URL. */
final class ReceiverProbeTest {
  private static final Instant NOW = Acme.NOW;
  private static final String BODY = "{\"id\":\"evt\",\"type\":\"a.b\"}";

  private final List<String> counted = new ArrayList<>();
  private final List<String> probed = new ArrayList<>();
  private final DeliveryLog log =
      new DeliveryLog() {
        @Override
        public void note(Receipt receipt) {
          counted.add(receipt.outcome().word());
        }

        @Override
        public void probed(Receipt receipt) {
          probed.add(receipt.outcome().word());
        }
      };

  @Test
  void probe_whatIsRefusedOrCannotBeJudged_isAnsweredAndCountedNowhere() {
    Delivery unsigned = new Delivery(Map.of(), Body.ofUtf8(BODY), NOW);
    KeySource none =
        () -> {
          throw new KeysUnavailable(KeysUnavailable.Cause.NOT_CONFIGURED, "no key");
        };

    Reply refused = receiver(() -> List.of(SharedSecret.of(Acme.SECRET))).probe(unsigned, null);
    Reply without = receiver(none).probe(unsigned, null);

    assertEquals(403, refused.status());
    assertEquals("{\"error\":\"missing_signature\"}", refused.body());
    assertEquals(500, without.status());
    assertEquals(List.of(), counted);
    assertEquals(List.of("refused", "not_configured"), probed);
  }

  @Test
  void probe_whatIsAuthentic_isADeliveryLikeAnother() {
    // Or whoever may invoke the function could have events recorded that nothing shows.
    Reply reply =
        receiver(() -> List.of(SharedSecret.of(Acme.SECRET))).probe(Acme.delivery(BODY), null);

    assertEquals(202, reply.status());
    assertEquals(List.of("accepted"), counted);
    assertEquals(List.of(), probed);
  }

  private Receiver receiver(KeySource keys) {
    return new Receiver(
        Acme.provider(),
        new Verifier(
            Acme.provider().scheme(), keys, Duration.ofMinutes(5), 1000, InstantSource.fixed(NOW)),
        new InMemoryInbox(Duration.ofDays(30)),
        new InMemoryWorkQueue(InstantSource.fixed(NOW)),
        new Subscription("", null),
        Duration.ofDays(29),
        log);
  }
}
