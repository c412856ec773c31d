package dev.hookset.janitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.History;
import dev.hookset.inbox.InMemoryBodyStore;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JanitorTest {
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration STOP_MARGIN = Duration.ofSeconds(45);

  private Instant now = START;
  private final InMemoryBodyStore bodies = new InMemoryBodyStore(() -> now);
  private final Map<EventKey, InboxRecord> records = new HashMap<>();
  private final Janitor janitor =
      new Janitor(List.of("lemma", "lucid"), inbox(), bodies, STOP_MARGIN, () -> now);

  @Test
  void sweep_bodyWithItsRecord_isKeptHoweverOldItIs() {
    String name = storedWithItsRecord();
    now = START.plus(Duration.ofDays(3_650));

    assertEquals(new Janitor.Sweep(1, 0, true), wholePass());

    assertEquals(Set.of(name), names());
  }

  @Test
  void sweep_bodyWithoutARecord_isDeletedADayAfterItWasStored() {
    stored("lemma", "evt");
    now = START.plus(Duration.ofDays(1)).minusMillis(1);
    assertEquals(new Janitor.Sweep(1, 0, true), wholePass());

    now = START.plus(Duration.ofDays(1));

    assertEquals(new Janitor.Sweep(0, 1, true), wholePass());
    assertEquals(Set.of(), names());
  }

  @Test
  void sweep_bodyOfADuplicate_isDeletedAndThatOfTheRecordKept() {
    String first = storedWithItsRecord();
    now = START.plus(Duration.ofHours(13));
    String ofTheRetry = stored("lemma", "evt");
    assertTrue(!first.equals(ofTheRetry), "the day is in the name");
    now = START.plus(Duration.ofDays(2));

    assertEquals(new Janitor.Sweep(1, 1, true), wholePass());

    assertEquals(Set.of(first), names());
  }

  @Test
  void sweep_eventThatCameAgainAfterItsRecordExpired_losesTheOldBodyAlone() {
    stored("lemma", "evt");
    now = START.plus(Duration.ofDays(40));
    String again = storedWithItsRecord();
    now = now.plus(Duration.ofDays(1));

    assertEquals(new Janitor.Sweep(1, 1, true), wholePass());

    assertEquals(Set.of(again), names());
  }

  @Test
  void sweep_recordThatHoldsItsBodyItself_needsNoOtherOne() {
    stored("lemma", "evt");
    recorded("lemma", "evt", null);
    now = START.plus(Duration.ofDays(1));

    assertEquals(new Janitor.Sweep(0, 1, true), wholePass());
  }

  @Test
  void sweep_whatDoesNotSayWhoseItIs_isLeftAlone() {
    String name = stored("lemma", "evt");
    now = START.plus(Duration.ofDays(1));
    BodyStore strange =
        faking(
            BodyStore.class,
            (method, arguments) ->
                method.equals("owner")
                    ? Optional.empty()
                    : BodyStore.class
                        .getMethod(
                            method,
                            method.equals("slice")
                                ? new Class<?>[] {String.class, int.class}
                                : new Class<?>[] {String.class})
                        .invoke(bodies, arguments));
    Janitor other = janitor(inbox(), strange);

    assertEquals(new Janitor.Sweep(1, 0, true), other.sweep(slice(name), far()));
    assertEquals(Set.of(name), names());
  }

  @Test
  void sweep_sliceWhoseTurnItIs_isANewOneEveryStepAndAllInAPass() {
    for (int i = 0; i < 200; i++) {
      stored("lucid", "evt " + i);
    }
    now = START.plus(Duration.ofDays(2));
    Instant end = now.plus(Janitor.WHOLE_PASS);
    int deleted = 0;
    while (now.isBefore(end)) {
      deleted += janitor.sweep(far()).deleted();
      now = now.plus(Janitor.STEP);
    }

    assertEquals(200, deleted);
    assertEquals(Duration.ofHours(64), Janitor.WHOLE_PASS);
  }

  @Test
  void sweep_deadlineNear_endsAndSaysSo() {
    String name = stored("lemma", "evt");
    now = START.plus(Duration.ofDays(1));

    assertEquals(
        new Janitor.Sweep(0, 0, false),
        janitor.sweep(slice(name), now.plus(STOP_MARGIN).minusMillis(1)));
    assertEquals(Set.of(name), names());
    assertEquals(new Janitor.Sweep(0, 1, true), janitor.sweep(slice(name), now.plus(STOP_MARGIN)));
  }

  @Test
  void sweep_inboxThatDoesNotAnswer_deletesNothing() {
    String name = stored("lemma", "evt");
    now = START.plus(Duration.ofDays(1));
    Inbox down = failingFor("evt", new InboxUnavailable("down", new IOException("down")));
    Janitor other = janitor(down, bodies);

    assertThrows(InboxUnavailable.class, () -> other.sweep(slice(name), far()));

    assertEquals(Set.of(name), names());
  }

  @Test
  void sweep_recordThatCannotBeRead_keepsItsBodyAndDeletesTheOthers() {
    // One record of a newer version ended the sweep of its slice, in each pass.
    String first = stored("lemma", "evt");
    now = START.plus(Duration.ofHours(13));
    String second = stored("lemma", "evt");
    storedBeside(second, "0".repeat(64));
    now = START.plus(Duration.ofDays(3));
    Inbox inbox = failingFor("evt", new UnreadableRecord("lemma#evt", "status is 'X'"));

    Janitor.Sweep sweep = janitor(inbox, bodies).sweep(slice(first), far());

    assertEquals(2, sweep.kept());
    assertEquals(1, sweep.deleted());
    assertEquals(2, sweep.unreadable().size());
    assertTrue(sweep.unreadable().getFirst().contains("lemma#evt"), sweep::toString);
    assertEquals(Set.of(first, second), names());
  }

  @Test
  void sweep_oneBodyThatCannotBeAskedAbout_looksAtTheOthersBeforeItFails() {
    // A foreign object that answers nobody ended the sweep of its slice, in each pass.
    String strange = stored("lemma", "evt");
    storedBeside(strange, "f".repeat(64));
    now = START.plus(Duration.ofDays(3));
    Inbox inbox =
        failingFor("evt", new InboxUnavailable("S3 HeadObject failed", new IOException("403")));
    Janitor other = janitor(inbox, bodies);

    assertThrows(InboxUnavailable.class, () -> other.sweep(slice(strange), far()));

    assertEquals(Set.of(strange), names());
  }

  private Janitor.Sweep wholePass() {
    int kept = 0;
    int deleted = 0;
    for (int slice = 0; slice < BodyStore.SLICES; slice++) {
      Janitor.Sweep sweep = janitor.sweep(slice, far());
      assertTrue(sweep.finished());
      kept += sweep.kept();
      deleted += sweep.deleted();
    }
    return new Janitor.Sweep(kept, deleted, true);
  }

  private Instant far() {
    return now.plus(Duration.ofMinutes(10));
  }

  private static int slice(String name) {
    return Integer.parseInt(name.substring(name.indexOf('/') + 1, name.indexOf('/') + 3), 16);
  }

  private String stored(String provider, String id) {
    Event event = event(provider, id);
    String name = Lifecycle.overflowName(event, now);
    bodies.put(name, event.key(), new byte[] {1});
    return name;
  }

  private String storedWithItsRecord() {
    String name = stored("lemma", "evt");
    recorded("lemma", "evt", name);
    return name;
  }

  /** Stores a body without a record in the slice of {@code name}. */
  private void storedBeside(String name, String digest) {
    String gone = name.replaceAll("[0-9a-f]{64}/[0-9-]+$", digest + "/2026-01-01");
    bodies.put(gone, new EventKey("lemma", "gone"), new byte[] {1});
  }

  private void recorded(String provider, String id, @Nullable String overflow) {
    Event event = event(provider, id);
    records.put(
        event.key(),
        new InboxRecord(
            event.key(),
            "type",
            START,
            null,
            Origin.UNKNOWN,
            overflow == null ? event.body() : null,
            overflow,
            START,
            Status.DONE,
            1,
            null,
            null,
            null,
            Set.of(),
            null,
            event.body().sha256(),
            0,
            Map.of(),
            null,
            null,
            0,
            null,
            History.NONE,
            null,
            null));
  }

  private static Event event(String provider, String id) {
    return new Event(new EventKey(provider, id), "type", START, null, Body.ofUtf8("{}"));
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    bodies.names().forEach(names::add);
    return names;
  }

  private Inbox inbox() {
    return faking(
        Inbox.class,
        (method, arguments) -> {
          assertEquals("find", method, "a janitor only looks");
          return Optional.ofNullable(records.get((EventKey) arguments[0]));
        });
  }

  /** An inbox that knows no record, and fails when it is asked for that of {@code id}. */
  private static Inbox failingFor(String id, RuntimeException failure) {
    return faking(
        Inbox.class,
        (_, arguments) -> {
          if (arguments[0].equals(event("lemma", id).key())) {
            throw failure;
          }
          return Optional.empty();
        });
  }

  private Janitor janitor(Inbox recordsIn, BodyStore store) {
    return new Janitor(List.of("lemma"), recordsIn, store, STOP_MARGIN, () -> now);
  }

  @FunctionalInterface
  private interface Fake {
    Object answer(String method, Object[] arguments) throws Exception;
  }

  private static <T> T faking(Class<T> port, Fake fake) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> fake.answer(method.getName(), arguments)));
  }
}
