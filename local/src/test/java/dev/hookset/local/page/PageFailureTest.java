package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What goes wrong in the page itself, or in a record, costs one answer and is told. */
final class PageFailureTest {
  /** An exception in a handler dropped the connection, and nothing said so anywhere. */
  @Test
  void handler_thatThrows_isA500WithALineAndThePageGoesOn() throws Exception {
    try (PageStack stack = new PageStack(PageFailureTest::withoutFind)) {
      stack.post(PageStack.genuine("lemma"));
      stack.delivery(1);
      Feed feed = stack.log().feed(_ -> new Feed("open"));

      for (String path : new String[] {"/api/deliveries/1", "/api/deliveries/1"}) {
        RawHttp.Answer answer =
            RawHttp.send(stack.url(), "GET", path, Map.of("Cookie", stack.cookie()), "");

        assertEquals(500, answer.status(), answer.toString());
        assertTrue(answer.body().contains("IllegalStateException (PageFailureTest"), answer.body());
      }
      String trouble = nextTrouble(feed);
      assertTrue(
          trouble.startsWith(
              "event: trouble\ndata: {\"message\":\"the page could not answer GET /api/deliveries/1:"
                  + " IllegalStateException (PageFailureTest"),
          trouble);
      assertFalse(trouble.contains("boom"), "a message may quote a body or a key");
      assertTrue(
          stack.read("/api/deliveries/1/verification").at("/verification/holds").asBoolean());
    }
  }

  /** A record of a newer version, or edited by hand, failed the whole pane of its delivery. */
  @Test
  void record_thatCannotBeRead_isSaidInASentenceBesideAllThatIsKnown() throws Exception {
    try (PageStack stack = new PageStack(null, 0)) {
      stack.post(PageStack.genuine("lemma"));
      stack.delivery(1);
      EventKey key = stack.keyOfTheLast();
      stack.edit(key, "SUPERSEDED_TWICE");

      JsonNode pane = stack.read("/api/deliveries/1");

      assertEquals(
          "Not understood: the record "
              + key
              + " cannot be read: status is 'SUPERSEDED_TWICE', which this version does not know."
              + " A newer version wrote it, or somebody edited it; below is what this stack saw.",
          pane.path("trouble").asText());
      assertEquals("delivery 1", pane.at("/timeline/0/what").asText(), pane.toString());
      assertEquals("recorded", pane.at("/timeline/1/what").asText(), pane.toString());
      assertTrue(pane.path("record").isMissingNode(), pane.toString());
    }
  }

  private static Inbox withoutFind(Inbox inbox) {
    return (Inbox)
        Proxy.newProxyInstance(
            Inbox.class.getClassLoader(),
            new Class<?>[] {Inbox.class},
            (_, method, arguments) -> {
              if (method.getName().equals("find")) {
                throw new IllegalStateException("boom");
              }
              return method.invoke(inbox, arguments);
            });
  }

  private static String nextTrouble(Feed feed) throws InterruptedException {
    while (true) {
      String next = feed.next(Duration.ofMinutes(2));
      assertNotEquals(PageJson.NOTHING, next);
      if (Objects.requireNonNull(next).contains("could not answer")) {
        return next;
      }
    }
  }
}
