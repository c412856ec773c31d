package dev.hookset.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Delivery;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Receipt;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is authentic is recorded, whatever stands in it; what is long, with one provider alone. */
final class NonsenseTest {
  private static final int MOST_BODY_BYTES = 32 << 20;

  @TestFactory
  Stream<DynamicContainer> receive_authenticNonsense_isRecorded() {
    List<Nonsense> all = Nonsense.all();
    return Stream.iterate(0, i -> i < Providers.deployed().size(), i -> i + 1)
        .map(
            number ->
                DynamicContainer.dynamicContainer(
                    Providers.deployed().get(number).name(),
                    all.stream()
                        .filter(
                            nonsense ->
                                nonsense.isShort()
                                    || all.indexOf(nonsense) % Providers.deployed().size()
                                        == number)
                        .map(
                            nonsense ->
                                DynamicTest.dynamicTest(
                                    nonsense.name(), () -> check(number, nonsense)))));
  }

  private static void check(int number, Nonsense nonsense) {
    Rig rig = new Rig(number, MOST_BODY_BYTES);
    Delivery delivery =
        new Delivery(rig.sender().headers(nonsense.body(), Rig.NOW), nonsense.body(), Rig.NOW);

    Receipt receipt = rig.receive(delivery);
    Receipt again = rig.receive(delivery);

    assertEquals(
        nonsense.readable() ? Receipt.Outcome.ACCEPTED : Receipt.Outcome.QUARANTINED,
        receipt.outcome());
    assertEquals(Receipt.Outcome.DUPLICATE, again.outcome());
    InboxRecord record = rig.records().getFirst();
    assertEquals(1, rig.records().size());
    assertEquals(nonsense.eventId(rig.sender().provider()), record.key().eventId());
    assertTrue(nonsense.body().equals(record.body()), "the body is another");
  }
}
