package dev.hookset.local.samples;

import dev.hookset.Delivery;
import dev.hookset.EventKey;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The genuine receiver of a provider, over an inbox in memory, with the default limits. */
final class TestReceiver {
  private static final Duration RETENTION = Duration.ofDays(30);

  private final InMemoryInbox inbox = new InMemoryInbox(RETENTION);
  private final List<Receipt> receipts = new ArrayList<>();
  private final Receiver receiver;
  private final Instant now;

  TestReceiver(Provider provider, DevelopmentKeys keys, Instant now) {
    InstantSource clock = InstantSource.fixed(now);
    this.now = now;
    String key = keys.verificationVariables(provider).values().iterator().next();
    List<VerificationKey> verifying = provider.scheme().readKeys(key);
    this.receiver =
        new Receiver(
            provider,
            new Verifier(provider.scheme(), () -> verifying, Duration.ofMinutes(5), 4 << 20, clock),
            inbox,
            new InMemoryWorkQueue(clock),
            new Subscription("", null),
            RETENTION.minusDays(1),
            receipts::add);
  }

  /** Receives what came to the address that an event says. */
  Receipt receive(DeliveryRequest request) {
    return receive(request, LambdaEvent.address(request).toString());
  }

  /** Receives what came to {@code url}. */
  Receipt receive(DeliveryRequest request, String url) {
    receiver.receive(
        new Delivery(request.method(), url, request.headers(), request.body(), now), null);
    return receipts.getLast();
  }

  InboxRecord record(EventKey key) {
    return inbox.find(key).orElseThrow();
  }
}
