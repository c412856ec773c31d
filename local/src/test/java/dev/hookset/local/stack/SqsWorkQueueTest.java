package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.EventKey;
import dev.hookset.Pointer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
  protected List<Pointer> receive() {
    return parts.drain().stream()
        .map(
            message ->
                new Pointer(
                    Objects.requireNonNull(EmbeddedParts.pointer(message), "a pointer"),
                    EmbeddedParts.traceId(message)))
        .toList();
  }

  @Test
  void push_delayOutOfBounds_isRefused() {
    Duration tooLong = WorkQueue.LONGEST_DELAY.plusNanos(1);

    assertThrows(IllegalArgumentException.class, () -> queue().push(Pointer.to(KEY), tooLong));
    assertThrows(
        IllegalArgumentException.class, () -> queue().push(Pointer.to(KEY), Duration.ofNanos(-1)));
  }

  @Test
  void push_message_saysProviderAndIdAndNothingElse() {
    parts.purge();
    queue().push(Pointer.to(new EventKey("lemma", "a/b \"c\"")), Duration.ZERO);

    assertEquals(
        "{\"provider\":\"lemma\",\"eventId\":\"a/b \\\"c\\\"\"}", parts.drain().getFirst().body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no header", "Root=1-5759e988-bd862e3fe1be46a99427279", "Sampled=1"})
  void push_traceThatIsNone_goesWithoutIt(String traceId) {
    parts.purge();
    queue().push(new Pointer(KEY, traceId), Duration.ZERO);
    queue().pushAll(List.of(new Pointer(KEY, traceId)));

    assertEquals(List.of(Pointer.to(KEY), Pointer.to(KEY)), receive());
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

      assertThrows(QueueUnavailable.class, () -> queue.push(Pointer.to(KEY), Duration.ZERO));
      assertThrows(QueueUnavailable.class, () -> queue.pushAll(List.of(Pointer.to(KEY))));
      assertEquals(List.of(), queue.pushAll(List.of()), "nothing to do");
    }
  }
}
