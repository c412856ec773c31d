package dev.hookset.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.StrangeIds;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  protected abstract List<Pointer> receive();

  @Test
  void push_withoutDelay_isVisibleAtOnce() {
    queue().push(Pointer.to(key("evt")), Duration.ZERO);

    assertEquals(List.of(key("evt")), received());
  }

  @Test
  void push_withADelay_isNotVisibleAtOnce() {
    queue().push(Pointer.to(key("longest")), WorkQueue.LONGEST_DELAY);
    queue().push(Pointer.to(key("a minute")), Duration.ofMinutes(1));

    assertEquals(List.of(), received());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.hookset.StrangeIds#named")
  void push_anyCharactersInTheId_comeBackAsTheyWere(String id) {
    queue().push(Pointer.to(key(id)), Duration.ZERO);

    assertEquals(List.of(key(id)), received());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Root=1-5759e988-bd862e3fe1be46a994272793",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0"
      })
  void push_ofATrace_takesItAlong(String traceId) {
    Pointer late = new Pointer(key("late"), traceId);
    Pointer batched = new Pointer(key("batched"), traceId);

    queue().push(late, Duration.ZERO);
    assertEquals(List.of(), queue().pushAll(List.of(batched, Pointer.to(key("without")))));

    assertEquals(
        Set.of(late, batched, Pointer.to(key("without"))), new HashSet<>(receivedPointers()));
  }

  @Test
  void pushAll_none_isNothingToDo() {
    assertEquals(List.of(), queue().pushAll(List.of()));
    assertEquals(List.of(), received());
  }

  @Test
  void pushAll_aFullBatch_isVisibleAtOnce() {
    List<Pointer> pointers = pointers(WorkQueue.LARGEST_BATCH);

    assertEquals(List.of(), queue().pushAll(pointers));

    List<Pointer> received = receivedPointers();
    assertEquals(pointers.size(), received.size());
    assertEquals(Set.copyOf(pointers), new HashSet<>(received));
  }

  @Test
  void pushAll_anyCharactersInTheIds_comeBackAsTheyWere() {
    List<Pointer> pointers =
        StrangeIds.all().map(this::key).map(Pointer::to).limit(WorkQueue.LARGEST_BATCH).toList();

    assertEquals(List.of(), queue().pushAll(pointers));

    assertEquals(Set.copyOf(pointers), new HashSet<>(receivedPointers()));
  }

  @Test
  void pushAll_theSamePointerTwice_isTaken() {
    assertEquals(
        List.of(), queue().pushAll(List.of(Pointer.to(key("evt")), Pointer.to(key("evt")))));

    assertEquals(Set.of(key("evt")), new HashSet<>(received()));
  }

  @Test
  void pushAll_moreThanABatch_isRefusedAndPushesNothing() {
    List<Pointer> pointers = pointers(WorkQueue.LARGEST_BATCH + 1);

    assertThrows(IllegalArgumentException.class, () -> queue().pushAll(pointers));

    assertEquals(List.of(), received());
  }

  private EventKey key(String id) {
    return new EventKey(provider, id);
  }

  private List<Pointer> pointers(int count) {
    return IntStream.range(0, count).mapToObj(i -> Pointer.to(key("evt " + i))).toList();
  }

  private List<EventKey> received() {
    return receivedPointers().stream().map(Pointer::key).toList();
  }

  private List<Pointer> receivedPointers() {
    return receive().stream().filter(pointer -> pointer.key().provider().equals(provider)).toList();
  }
}
