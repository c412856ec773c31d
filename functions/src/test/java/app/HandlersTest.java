package app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.inbox.Status;
import dev.hookset.testing.Events;
import dev.hookset.testing.TestSetup;
import dev.hookset.testing.TestWorker;
import org.junit.jupiter.api.Test;

class HandlersTest {
  @Test
  void everyEventIsLogged() {
    TestWorker worker = TestWorker.of(new Handlers(), new TestSetup());

    TestWorker.Played played = worker.play(Events.of("lemma", "incident.created"));

    assertEquals(Status.DONE, played.status());
    assertEquals(1, played.log().size());
  }
}
