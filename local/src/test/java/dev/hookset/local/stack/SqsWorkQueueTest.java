package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.EventKey;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import dev.hookset.receive.WorkQueueContract;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;

final class SqsWorkQueueTest extends WorkQueueContract {
  private static final EventKey KEY = new EventKey("lemma", "evt");

  private static EmbeddedParts parts;

  @BeforeAll
  static void start() throws IOException {
    parts = EmbeddedParts.start();
  }

  @AfterAll
  static void stop() {
    parts.close();
  }

  @Override
  protected WorkQueue queue() {
    return parts.queue();
  }

  @Override
  protected List<EventKey> receive() {
    return parts.drain().stream()
        .map(EmbeddedParts::pointer)
        .map(pointer -> Objects.requireNonNull(pointer, "a pointer"))
        .toList();
  }

  @Test
  void push_delayOutOfBounds_isRefused() {
    Duration tooLong = WorkQueue.LONGEST_DELAY.plusNanos(1);

    assertThrows(IllegalArgumentException.class, () -> queue().push(KEY, tooLong));
    assertThrows(IllegalArgumentException.class, () -> queue().push(KEY, Duration.ofNanos(-1)));
  }

  @Test
  void push_message_saysProviderAndIdAndNothingElse() {
    parts.purge();
    queue().push(new EventKey("lemma", "a/b \"c\""), Duration.ZERO);

    assertEquals(
        "{\"provider\":\"lemma\",\"eventId\":\"a/b \\\"c\\\"\"}", parts.drain().getFirst().body());
  }

  @Test
  void push_queueThatDoesNotAnswer_isUnavailable() {
    try (SqsClient nowhere =
        SqsClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:1"))
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(parts.http())
            .overrideConfiguration(override -> override.retryStrategy(r -> r.maxAttempts(1)))
            .build()) {
      WorkQueue queue = parts.queue(nowhere);

      assertThrows(QueueUnavailable.class, () -> queue.push(KEY, Duration.ZERO));
      assertThrows(QueueUnavailable.class, () -> queue.pushAll(List.of(KEY)));
      assertEquals(List.of(), queue.pushAll(List.of()), "nothing to do");
    }
  }
}
