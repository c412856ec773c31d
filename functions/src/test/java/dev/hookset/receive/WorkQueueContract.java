package dev.hookset.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.EventKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link WorkQueue} promises. A subclass supplies the queue and a look at what a worker
 * would see now.
 *
 * <p>The queue may be shared between tests: each works under a provider of its own.
 */
public abstract class WorkQueueContract {
  private final String provider = "p" + UUID.randomUUID();

  /** Returns the queue under test. */
  protected abstract WorkQueue queue();

  /**
   * Takes out and returns the pointers that a worker may see now, all of them, in any order. Those
   * of other tests may be among them.
   */
  protected abstract List<EventKey> receive();

  @Test
  void push_withoutDelay_isVisibleAtOnce() {
    queue().push(key("evt"), Duration.ZERO);

    assertEquals(List.of(key("evt")), received());
  }

  @Test
  void push_withADelay_isNotVisibleAtOnce() {
    queue().push(key("longest"), WorkQueue.LONGEST_DELAY);
    queue().push(key("a minute"), Duration.ofMinutes(1));

    assertEquals(List.of(), received());
  }

  @TestFactory
  Stream<DynamicTest> push_anyCharactersInTheId_comeBackAsTheyWere() {
    return strangeIds()
        .map(
            id ->
                DynamicTest.dynamicTest(
                    printable(id),
                    () -> {
                      queue().push(key(id), Duration.ZERO);

                      assertEquals(List.of(key(id)), received());
                    }));
  }

  @Test
  void pushAll_none_isNothingToDo() {
    assertEquals(List.of(), queue().pushAll(List.of()));
    assertEquals(List.of(), received());
  }

  @Test
  void pushAll_aFullBatch_isVisibleAtOnce() {
    List<EventKey> pointers = keys(WorkQueue.LARGEST_BATCH);

    assertEquals(List.of(), queue().pushAll(pointers));

    List<EventKey> received = received();
    assertEquals(pointers.size(), received.size());
    assertEquals(Set.copyOf(pointers), new HashSet<>(received));
  }

  @Test
  void pushAll_anyCharactersInTheIds_comeBackAsTheyWere() {
    List<EventKey> pointers = strangeIds().map(this::key).limit(WorkQueue.LARGEST_BATCH).toList();

    assertEquals(List.of(), queue().pushAll(pointers));

    assertEquals(Set.copyOf(pointers), new HashSet<>(received()));
  }

  @Test
  void pushAll_theSamePointerTwice_isTaken() {
    assertEquals(List.of(), queue().pushAll(List.of(key("evt"), key("evt"))));

    assertEquals(Set.of(key("evt")), new HashSet<>(received()));
  }

  @Test
  void pushAll_moreThanABatch_isRefusedAndPushesNothing() {
    List<EventKey> pointers = keys(WorkQueue.LARGEST_BATCH + 1);

    assertThrows(IllegalArgumentException.class, () -> queue().pushAll(pointers));

    assertEquals(List.of(), received());
  }

  private EventKey key(String id) {
    return new EventKey(provider, id);
  }

  private List<EventKey> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> key("evt " + i)).toList();
  }

  private List<EventKey> received() {
    return receive().stream().filter(key -> key.provider().equals(provider)).toList();
  }

  private static Stream<String> strangeIds() {
    return Stream.of(
        "#",
        "a#b##c",
        "\u0000\u0001\u001F\u007F",
        "line\r\nbreak\t",
        "\"quotes\" and \\ and '",
        "</message> & <x>",
        "\uD83D\uDE00\uD83D\uDE00",
        "\u2028\uFEFF\uFFFE\uFFFF",
        "../%2F/%00 {}[]:,",
        "\u4E2D".repeat(256),
        " ");
  }

  private static String printable(String id) {
    String shown = id.length() > 20 ? id.substring(0, 20) + "…" : id;
    return shown.isBlank() || shown.chars().anyMatch(c -> c < 32 || c > 126)
        ? shown.codePoints().mapToObj(c -> String.format("%04X", c)).toList().toString()
        : shown;
  }
}
