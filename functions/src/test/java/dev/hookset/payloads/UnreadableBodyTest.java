package dev.hookset.payloads;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hookset.Body;
import dev.hookset.Event;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What all views make of a body that is not one JSON object in UTF-8: nulls, never an exception.
 */
class UnreadableBodyTest {
  private static final JsonNode MISSING = MissingNode.getInstance();

  static final List<Named<Body>> BODIES =
      List.of(
          body("nothing", ""),
          body("blanks", " \n\t"),
          body("no JSON", "id=evt_1&type=user.created"),
          body("null", "null"),
          body("a number", "1"),
          body("a text", "\"{}\""),
          body("an array", "[{\"id\":\"evt_1\"}]"),
          body("an object cut off", "{\"id\":\"evt_1\""),
          body("two objects", "{\"id\":\"evt_1\"}{\"id\":\"evt_2\"}"),
          body("a trailing word", "{\"id\":\"evt_1\"} x"),
          body("a trailing comma", "{\"id\":\"evt_1\",}"),
          body("a comment", "{\"id\":\"evt_1\"/* */}"),
          body("NaN", "{\"id\":\"evt_1\",\"n\":NaN}"),
          body("single quotes", "{'id':'evt_1'}"),
          body("a byte-order mark", "\uFEFF{\"id\":\"evt_1\"}"),
          body("UTF-16", "{\"id\":\"evt_1\"}", UTF_16LE),
          body("UTF-16 with a byte-order mark", "{\"id\":\"evt_1\"}", UTF_16),
          body("Latin-1", "{\"id\":\"evt_1\",\"name\":\"Zo\u00EB\"}", ISO_8859_1),
          body("an overlong character", "{\"id\":\"evt_1\",\"x\":\"\u00C0\u00AF\"}", ISO_8859_1),
          body("a surrogate in bytes", "{\"id\":\"\u00ED\u00A0\u0080\"}", ISO_8859_1),
          body("bytes cut off within a character", "{\"id\":\"evt_1\"}\u00C3", ISO_8859_1),
          body("nesting 1001 deep", "{\"data\":" + "[".repeat(1000) + "]".repeat(1000) + "}"),
          body("nesting without an end", "{\"data\":".repeat(100_000)),
          body("a name of 50,001 characters", "{\"" + "n".repeat(50_001) + "\":1}"),
          body("an integer of 1,001 digits", "{\"data\":" + "1".repeat(1001) + "}"),
          body("a fraction of 1,001 digits", "{\"data\":1." + "1".repeat(1000) + "}"),
          body("a text of 20,000,001 characters", "{\"id\":\"" + "i".repeat(20_000_001) + "\"}"));

  @ParameterizedTest
  @FieldSource("BODIES")
  void everyView_ofABodyThatIsNoJsonObject_isOfNulls(Body body) {
    Event event = Sample.event(body);
    assertEquals(
        new LaminaRun(null, null, null, List.of(), null, null, null, null, MISSING),
        LaminaRun.of(event));
    assertEquals(
        new LemmaIncidentEvent(null, null, null, null, MISSING), LemmaIncidentEvent.of(event));
    assertEquals(
        new LambaEvent(null, null, null, null, null, null, null, MISSING, MISSING),
        LambaEvent.of(event));
    assertEquals(new LucidEvent(null, null, null, null, MISSING), LucidEvent.of(event));
    assertEquals(
        new LymnusEvent(null, null, null, null, null, null, MISSING), LymnusEvent.of(event));
  }

  @Test
  void everyView_ofNoEvent_failsByName() {
    List<Function<Event, Object>> views =
        List.of(
            LaminaRun::of, LemmaIncidentEvent::of, LambaEvent::of, LucidEvent::of, LymnusEvent::of);
    for (Function<Event, Object> view : views) {
      assertEquals(
          "event", assertThrows(NullPointerException.class, () -> apply(view)).getMessage());
    }
  }

  @SuppressWarnings("NullAway") // the point of the test
  private static Object apply(Function<Event, Object> view) {
    return view.apply(null);
  }

  private static Named<Body> body(String name, String text) {
    return body(name, text, UTF_8);
  }

  private static Named<Body> body(String name, String text, Charset charset) {
    return Named.of(name, Body.wrap(text.getBytes(charset)));
  }
}
