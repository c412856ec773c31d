package dev.hookset.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Event;
import dev.hookset.inbox.Status;
import dev.hookset.payloads.LemmaIncident;
import dev.hookset.payloads.LemmaIncidentEvent;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.work.Application;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kit, with the example of README's. */
final class TestWorkerTest {
  private static final Application PAGING =
      setup -> Routes.builder().on("lemma", "incident.*", new PageOnCall(setup)).build();

  private final FakeHttp pager = new FakeHttp();
  private final TestSetup setup =
      new TestSetup().with("PAGER_URL", pager.url()).withSecret("pager", "t0ken");
  private final Event event = Events.of("lemma", "incident.analyzed");

  @AfterEach
  void stop() {
    pager.close();
  }

  @Test
  void play_handlerThatSucceeds_isDoneAtOnce() {
    TestWorker.Played played = TestWorker.of(PAGING, setup).play(event);

    assertEquals(Status.DONE, played.status());
    assertEquals(List.of("INFO paged"), played.log());
    FakeHttp.Request page = pager.requests().getFirst();
    assertEquals("Bearer t0ken", page.header("authorization"));
    assertEquals(played.idempotencyKey(), page.header("Idempotency-Key"));
    assertTrue(page.body().startsWith("incident.analyzed "), page.body());
  }

  @Test
  void play_handlerThatFailsTwice_isTriedAgainAfterTheBackoffUnderTheSameKey() {
    pager.answering(503).answering(500);

    TestWorker.Played played = TestWorker.of(PAGING, setup).play(event);

    assertEquals(Status.DONE, played.status());
    assertEquals(3, played.attempts());
    assertEquals(2, played.waits().size());
    assertTrue(played.waits().getFirst().compareTo(Duration.ofSeconds(10)) <= 0);
    assertTrue(played.errors().getFirst().contains("the pager answered 503"));
    assertEquals(
        1,
        pager.requests().stream().map(page -> page.header("Idempotency-Key")).distinct().count());
  }

  @Test
  void play_permanentFailure_isFailedAtTheFirstAttempt() {
    pager.answering(400);

    TestWorker.Played played = TestWorker.of(PAGING, setup).play(event);

    assertEquals(Status.FAILED, played.status());
    assertEquals(1, played.attempts());
  }

  @Test
  void play_handlerThatNeverSucceeds_isFailedWhenTheAttemptsAreUsedUp() {
    for (int i = 0; i < 20; i++) {
      pager.answering(503);
    }

    TestWorker.Played played = TestWorker.of(PAGING, setup).play(event);

    assertEquals(Status.FAILED, played.status());
    assertEquals(9, played.attempts());
    assertEquals(8, played.waits().size());
  }

  @Test
  void play_again_replaysWithTheSecretAsItIsThen() {
    TestWorker worker = TestWorker.of(PAGING, setup);
    worker.play(event);
    setup.withSecret("pager", "r0tated");

    assertEquals(Status.DONE, worker.play(event).status());

    assertEquals("Bearer r0tated", pager.requests().getLast().header("Authorization"));
  }

  @Test
  void play_olderAfterANewerOfItsSubject_isSuperseded() {
    Application latest =
        _ ->
            Routes.builder()
                .on("lemma", "incident.*", (_, context) -> context.log().info("shown"))
                .latest(TestWorkerTest::incident)
                .build();
    TestWorker worker = TestWorker.of(latest, setup);

    assertEquals(Status.DONE, worker.play(Events.of("lemma", "incident.resolved")).status());

    Event older = Events.of("lemma", "incident.created", Events.NOW.minusSeconds(60));
    TestWorker.Played played = worker.play(older);
    assertEquals(Status.SUPERSEDED, played.status());
    assertEquals(List.of(), played.log());
    assertEquals(1, played.attempts());
  }

  private static @Nullable String incident(Event event) {
    LemmaIncident incident = LemmaIncidentEvent.of(event).incident();
    return incident == null ? null : incident.id();
  }

  @Test
  void event_ofAnotherTime_isAnotherOneOfTheSameType() {
    Instant then = Events.NOW.minusSeconds(61);
    for (Provider provider : Providers.all()) {
      for (String type : Events.types(provider.name())) {
        Event sample = Events.of(provider.name(), type);
        Event older = Events.of(provider.name(), type, then);
        assertEquals(type, older.type());
        assertEquals(sample.occurredAt() == null ? null : then, older.occurredAt(), type);
        boolean saysNothingElse =
            older.body().equals(sample.body()) && !sample.id().startsWith("msg_");
        assertEquals(
            provider.name().equals("lamina") || saysNothingElse,
            older.key().equals(sample.key()),
            "only a run of Lamina's has each status once: " + older.key());
      }
    }
  }

  @Test
  void of_settingThatTheTestDoesNotGive_isNamed() {
    IllegalStateException thrown =
        assertThrows(IllegalStateException.class, () -> TestWorker.of(PAGING, new TestSetup()));

    assertTrue(String.valueOf(thrown.getMessage()).contains("PAGER_URL"));
  }

  @Test
  void event_ofEverySample_isOfItsTypeAndTheSameEachTime() {
    for (Provider provider : Providers.all()) {
      boolean saysWhen = !provider.timePaths().isEmpty() || provider.scheme().timestamp() != null;
      List<String> types = Events.types(provider.name());
      assertTrue(!types.isEmpty(), provider.name());
      for (String type : types) {
        Event sample = Events.of(provider.name(), type);
        assertEquals(type, sample.type());
        assertEquals(saysWhen ? Events.NOW : null, sample.occurredAt(), type);
        assertEquals(sample, Events.of(provider.name(), type));
      }
    }
  }

  @Test
  void readme_exampleOfAHandler_isTheOneThatIsTriedHere() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    String source =
        Files.readString(
            Path.of("src", "test", "java", "dev", "hookset", "testing", "PageOnCall.java"));
    String shown = source.substring(source.indexOf("final class PageOnCall"));

    assertTrue(readme.contains(shown), "README shows another PageOnCall than " + shown);
  }

  @Test
  void latest_byTheDescription_leavesOutWhatIsOlder() {
    // The description of Lemma says that its events are about an incident.
    TestWorker worker =
        TestWorker.of(
            _ ->
                Routes.builder()
                    .on("lemma", "incident.*", (_, context) -> context.log().info("shown"))
                    .latest()
                    .build(),
            new TestSetup());

    assertEquals(Status.DONE, worker.play(Events.of("lemma", "incident.resolved")).status());
    assertEquals(
        Status.SUPERSEDED,
        worker.play(Events.of("lemma", "incident.created", Events.NOW.minusSeconds(60))).status());
  }
}
