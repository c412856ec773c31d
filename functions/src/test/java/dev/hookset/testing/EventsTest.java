package dev.hookset.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.payloads.LambaEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./hookset show --fixture} writes, and the page of {@code ./hookset dev} saves. */
final class EventsTest {
  @Test
  void fixture_isTheEventThatWasRecorded_itsBodyByteForByte() {
    Event event = Events.fixture("lamba-user.created.json");

    assertEquals(new EventKey("lamba", "evt_1"), event.key());
    assertEquals("user.created", event.type());
    assertEquals(Instant.parse("2026-06-01T12:00:00Z"), event.occurredAt());
    assertEquals("test", event.environment());
    assertEquals(new Origin("dlv_1", "wrk_7f3a91c2", "prj_4b8e20d6"), event.origin());
    assertTrue(event.body().utf8().startsWith("{\"id\":\"evt_1\", \"type\":"), "blanks stay");
    assertTrue(
        event.body().utf8().contains("\"credit\":1.10,\"credit\":1e400,\"note\":"), "tokens stay");
    assertTrue(event.body().utf8().endsWith("}}"), "it ends where it ended");
    assertEquals("user.created", LambaEvent.of(event).type());
  }

  @Test
  void fixture_thatIsNotThere_isNamed() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Events.fixture("nope.json"));

    assertEquals("there is no /fixtures/nope.json in the test resources", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "{\"provider\":\"lemma\",\"body\":{}}", "{\"body\":"})
  void fixture_thatIsNone_isRefused(String text) {
    assertThrows(
        java.io.IOException.class, () -> Events.fixture(text.getBytes(StandardCharsets.UTF_8)));
  }
}
