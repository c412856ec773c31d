package dev.hookset.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.EventKey;
import dev.hookset.Pointer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InMemoryWorkQueueTest extends WorkQueueContract {
  private static final EventKey KEY = new EventKey("lamba", "evt");

  private Instant now = Instant.parse("2026-06-01T12:00:00Z");
  private final InMemoryWorkQueue queue = new InMemoryWorkQueue(() -> now);

  @Override
  protected WorkQueue queue() {
    return queue;
  }

  @Override
  protected List<Pointer> receive() {
    return queue.receivePointers();
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0",
    "PT0.000000001S, 1",
    "PT0.999999999S, 1",
    "PT1S, 1",
    "PT1.000000001S, 2",
    "PT9.5S, 10",
    "PT15M, 900"
  })
  void push_delayed_isVisibleAfterWholeSecondsRoundedUp(Duration delay, int seconds) {
    Instant start = now;
    queue.push(Pointer.to(KEY), delay);

    now = start.plusSeconds(seconds).minusNanos(1);
    assertEquals(List.of(), queue.receive());
    now = start.plusSeconds(seconds);
    assertEquals(List.of(KEY), queue.receive());
    assertEquals(List.of(), queue.receive());
  }

  @Test
  void push_delayOutOfBounds_isRefused() {
    Duration tooLong = WorkQueue.LONGEST_DELAY.plusNanos(1);

    assertThrows(IllegalArgumentException.class, () -> queue.push(Pointer.to(KEY), tooLong));
    assertThrows(
        IllegalArgumentException.class, () -> queue.push(Pointer.to(KEY), Duration.ofNanos(-1)));
    assertEquals(List.of(), queue.pushed());
  }

  @Test
  void pushed_afterAReceive_stillTellsAll() {
    queue.push(Pointer.to(KEY), Duration.ZERO);
    queue.push(Pointer.to(KEY), Duration.ofSeconds(5));
    queue.receive();

    assertEquals(
        List.of(
            new InMemoryWorkQueue.Push(KEY, now),
            new InMemoryWorkQueue.Push(KEY, now.plusSeconds(5))),
        queue.pushed());
  }
}
