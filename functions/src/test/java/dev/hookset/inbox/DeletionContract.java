package dev.hookset.inbox;

import static dev.hookset.inbox.InboxUnderTest.DUE;
import static dev.hookset.inbox.InboxUnderTest.IN_A_YEAR;
import static dev.hookset.inbox.InboxUnderTest.LAPSED;
import static dev.hookset.inbox.InboxUnderTest.NOW;
import static dev.hookset.inbox.InboxUnderTest.due;
import static dev.hookset.inbox.InboxUnderTest.fresh;
import static dev.hookset.inbox.InboxUnderTest.settlements;
import static dev.hookset.inbox.InboxUnderTest.takeOver;
import static dev.hookset.inbox.InboxUnderTest.terms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What an {@link Inbox} promises of a record that has been deleted: no later step brings it back.
 */
abstract class DeletionContract {
  private final InboxUnderTest inbox;

  DeletionContract(InboxUnderTest inbox) {
    this.inbox = inbox;
  }

  @TestFactory
  Stream<DynamicTest> update_ofADeletedRecord_isRefusedAndCreatesNothing() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    EventKey key = claimed.key();
    inbox.delete(key);
    Map<String, BooleanSupplier> refused = new LinkedHashMap<>();
    refused.put("claim", () -> inbox.claim(key, terms("b", LAPSED)).equals(new Claim.Unknown()));
    refused.put(
        "claim by the former holder",
        () -> inbox.claim(key, terms("a", NOW)).equals(new Claim.Unknown()));
    refused.put(
        "take over", () -> inbox.claim(key, takeOver("b", LAPSED)).equals(new Claim.Unknown()));
    refused.put("mark", () -> !inbox.mark(claimed, "handler"));
    settlements()
        .forEach(
            settlement ->
                refused.put("settle " + settlement, () -> !inbox.settle(claimed, settlement, NOW)));
    refused.put("exhaust", () -> !inbox.exhaust(claimed, 1, "used up", LAPSED));
    refused.put("defer", () -> !inbox.defer(due(key, DUE, 0), LAPSED, LAPSED));
    return refused.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      assertTrue(entry.getValue().getAsBoolean(), "refused");
                      assertTrue(inbox.find(key).isEmpty(), "nothing was created");
                      assertEquals(List.of(), inbox.dueKeys(key, IN_A_YEAR));
                    }));
  }

  @Test
  void replay_ofADeletedRecord_isRefusedAndCreatesNothing() {
    InboxRecord done = inbox.broughtTo(Status.DONE, "evt");
    inbox.delete(done.key());

    assertFalse(inbox.replay(done, NOW), "refused");

    assertTrue(inbox.find(done.key()).isEmpty(), "nothing was created");
    assertEquals(List.of(), inbox.dueKeys(done.key(), IN_A_YEAR));
  }

  @Test
  void record_afterADeletion_isCreatedAnew() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    inbox.mark(claimed, "handler");
    inbox.delete(claimed.key());

    assertEquals(
        new Recording.Created(), inbox.record(fresh(inbox.event(claimed), Status.RECEIVED)));

    InboxRecord anew = inbox.found(claimed.key());
    assertEquals(0, anew.attempts());
    assertEquals(Set.of(), anew.doneHandlers());
    assertFalse(
        inbox.settle(claimed, new Settlement.Done("late"), NOW),
        "the former record's holder does not hold this one");
    inbox.assertUnchanged(anew);
  }
}
