package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bodies of up to 4 MiB in the page. A JSON body of 1.2 MB froze it for minutes: laying it out took
 * time by the square of its length, and all of it was in the document. What is held here is counted
 * (characters looked at, rows in the document), not timed, so that a busy machine changes nothing.
 */
@ExtendWith(SharedBrowser.class)
final class LongBodyTest {
  private static final int MIB_4 = 4 * 1024 * 1024;

  private final Browser browser;
  private final PageStack stack;

  LongBodyTest(Browser browser, PageStack stack) {
    this.browser = browser;
    this.stack = stack;
  }

  /** To find out why a body of two million numbers is refused took more time than all the rest. */
  @BeforeEach
  void verifyNothing() {
    browser.answer("/verification", () -> "{}");
  }

  @AfterEach
  void verifyAgain() {
    browser.answerNothing();
  }

  enum Kind {
    MANY_KEYS,
    ONE_LINE,
    DEEP,
    NUMBERS,
    BINARY,
    LINES;

    /** Returns the body. */
    byte[] bytes() {
      String text =
          switch (this) {
            case MANY_KEYS -> "{" + "\"\":0,".repeat(800_000) + "\"last\":1e400}";
            case ONE_LINE -> "\"" + "x".repeat(MIB_4 - 6) + "last\"";
            case DEEP -> "[".repeat(MIB_4 / 2) + "]".repeat(MIB_4 / 2);
            case NUMBERS -> "[" + "0,".repeat(MIB_4 / 2 - 2) + "10]";
            case BINARY -> "";
            case LINES -> "not JSON\n".repeat(MIB_4 / 9) + "last";
          };
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      if (this == BINARY) {
        bytes = new byte[MIB_4];
        new Random(7).nextBytes(bytes);
        bytes[0] = (byte) 0xff;
      }
      assertTrue(bytes.length <= MIB_4 && bytes.length > MIB_4 - 1_000_000, name() + bytes.length);
      return bytes;
    }
  }

  @ParameterizedTest
  @EnumSource
  void body_of4MiB_hasOnlyWhatIsInSightInTheDocument(Kind kind) {
    byte[] bytes = kind.bytes();
    show(Body.wrap(bytes));
    browser.await("document.querySelector('#pane .rows-box pre')?.textContent");

    boolean isJson = kind != Kind.BINARY && kind != Kind.LINES;
    assertEquals(
        isJson ? "Pretty,Raw,Hex" : kind == Kind.LINES ? "Raw,Hex" : "Hex",
        browser.text(
            "[...document.querySelectorAll('.views button')].map((e) => e.textContent).join()"));
    for (String view : isJson ? new String[] {"Raw", "Hex", "Pretty"} : new String[] {"Hex"}) {
      browser.evaluate(
          "[...document.querySelectorAll('.views button')].find((e) => e.textContent === '"
              + view
              + "').click()");
      browser.await("document.querySelector('.rows-box pre')?.textContent");
      assertTrue(number("document.querySelector('.rows-box pre').textContent.length") < 60_000);
      assertTrue(number("document.querySelectorAll('#pane *').length") < 500);
      browser.evaluate(
          "(() => { const e = document.querySelector('.rows-box'); e.scrollTop = e.scrollHeight;"
              + " })()");
      String end =
          view.equals("Hex")
              ? "0".repeat(6 - Integer.toHexString((bytes.length - 1) / 16 * 16).length())
                  + Integer.toHexString((bytes.length - 1) / 16 * 16)
              : new String(bytes, bytes.length - 2, 2, StandardCharsets.UTF_8).substring(1);
      browser.await(
          "document.querySelector('.rows-box pre').textContent.split('\\n').at(-1)."
              + (view.equals("Hex") ? "startsWith('" : "endsWith('")
              + end
              + "')");
      assertTrue(
          browser
              .evaluate(
                  "(() => { const [box, pre] = [document.querySelector('.rows-box'),"
                      + " document.querySelector('.rows-box pre')].map((e) =>"
                      + " e.getBoundingClientRect()); return pre.bottom <= box.bottom + 2; })()")
              .asBoolean(),
          "the last row of " + view + " is in sight");
      assertTrue(number("document.querySelector('.rows-box pre').textContent.length") < 60_000);
    }
    if (isJson) {
      assertFolds(kind);
      assertLaidOutInSlices(bytes.length);
    }
  }

  /**
   * The work must grow as the body does, and leave the browser its turn at even intervals. Arrays
   * that were copied whenever they were full held it up for 190 ms.
   */
  private void assertLaidOutInSlices(int length) {
    for (String layout :
        new String[] {"json.js').then(({ jsonTree: lay })", "rows.js').then(({ textRows: lay })"}) {
      JsonNode counted =
          browser.evaluate(
              "import('/"
                  + layout
                  + " => import('/rows.js').then(async ({ SLICE: slice }) => { const text = await"
                  + " (await fetch('/api/deliveries/' + location.hash.slice(1) + '/body')).text();"
                  + " let array = 0; const kinds = [Uint8Array, Uint32Array];"
                  + " kinds.forEach((kind) => { globalThis[kind.name] = new Proxy(kind, {"
                  + " construct(made, [size]) { array = Math.max(array, size); return new made(size);"
                  + " } }); });"
                  + " const work = lay(text); let longest = 0; let all = 0; let last; while (!(last"
                  + " = work.next()).done) { all += last.value; longest = Math.max(longest,"
                  + " last.value); } kinds.forEach((kind) => { globalThis[kind.name] = kind; });"
                  + " return { longest, all, slice, array, rows: last.value.count }; }))");

      assertTrue(counted.path("slice").asInt() <= 65_536, counted.toString());
      assertTrue(
          counted.path("longest").asInt() <= counted.path("slice").asInt() + 10_001,
          counted.toString());
      assertTrue(counted.path("all").asInt() <= 1.1 * length, counted.toString());
      assertTrue(counted.path("array").asInt() > 0, counted.toString());
      assertTrue(
          counted.path("array").asInt() <= counted.path("slice").asInt(), counted.toString());
      assertTrue(counted.path("rows").asInt() > length / 300, counted.toString());
    }
  }

  /** All of it becomes one row and is laid out again; the last item has its path. */
  private void assertFolds(Kind kind) {
    boolean isScalar = kind == Kind.ONE_LINE;
    if (!isScalar) {
      browser.evaluate(PageScript.button("Collapse all") + ".click()");
      String all = "document.querySelector('[role=tree]').textContent";
      browser.await(all + " === '" + (kind == Kind.MANY_KEYS ? "{…}" : "[…]") + "'");
      browser.evaluate(PageScript.button("Expand all") + ".click()");
      browser.await(all + ".includes('\\n')");
    }
    browser.evaluate(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; };"
            + " document.querySelector('[role=tree]').focus()");
    browser.press("End", "p");
    browser.await("window.copied?.startsWith('$')");
    assertEquals(
        switch (kind) {
          case MANY_KEYS -> "$.last";
          case NUMBERS -> "$[" + (MIB_4 / 2 - 2) + "]";
          case DEEP -> "$" + "[0]".repeat(3);
          case ONE_LINE, BINARY, LINES -> "$";
        },
        browser.text("window.copied.slice(0, 10)"));
    if (kind == Kind.DEEP) {
      assertEquals(1 + 3 * (MIB_4 / 2 - 1), number("window.copied.length"));
    }
  }

  /** A comparison, too, has only what is in sight in the document, and takes its turns. */
  @Test
  void comparison_ofTwoBodiesOf4MiB_findsTheOneChange() {
    String text = new String(Kind.MANY_KEYS.bytes(), StandardCharsets.UTF_8);
    int middle = 1 + 5 * 400_000;
    answered(Body.ofUtf8(text.substring(0, middle) + "\"\":1," + text.substring(middle)));
    int first = stack.log().count();
    answered(Body.ofUtf8(text));
    browser.open(stack.address().resolve("#" + (first + 1) + "?compare=" + first));

    browser.await("document.querySelector('#compare section:last-child .changes')");
    assertEquals(
        "1 line removed, 0 lines added, 800,003 lines the same",
        browser.text("document.querySelector('#compare section:last-child .hint').textContent"));
    String beside = "    \"\": 0,\n".repeat(3);
    assertEquals(
        "  … 399,998 lines that are the same\n"
            + beside
            + "removed: −   \"\": 1,\n"
            + beside
            + "  … 399,999 lines that are the same",
        browser.text("document.querySelector('#compare section:last-child .changes').textContent"));
    browser.evaluate("document.getElementById('compare-all').click()");
    browser.await("document.querySelector('#compare .rows-box.changes .line')");
    assertTrue(number("document.querySelectorAll('#compare .line').length") < 200);
  }

  /** `1.10` became `1.1`, `1e400` became infinite, and a doubled name was lost elsewhere. */
  @Test
  void layout_ofJson_leavesEveryTokenAsItCame() {
    show(
        Body.ofUtf8(
            "{\"a\" : 1.10,\"b\":[1e400,{},[ ],{\"c\":\"x\\u00e9\\\"y\\/\"}],\n\n"
                + "\"a\":12345678901234567890}"));
    browser.await("document.querySelector('[aria-label=\"Body, pretty\"]')");

    assertEquals(
        """
        {
          "a": 1.10,
          "b": [
            1e400,
            {},
            [],
            {
              "c": "x\\u00e9\\"y\\/"
            }
          ],
          "a": 12345678901234567890
        }\
        """,
        browser.text("document.querySelector('[aria-label=\"Body, pretty\"]').textContent"));
  }

  /** What is no JSON must not be laid out as if it were. */
  @Test
  void text_thatIsNoJson_isShownRaw() {
    List<String> texts =
        List.of(
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "[1 2]",
            "nul",
            "\"\\x\"",
            "01",
            "{\"a\":1}}",
            "[\"\\u12\"]",
            "\"abc",
            "[}",
            "{\"a\" 1}",
            "[1",
            "+1",
            ".5",
            "1.",
            "'a'",
            "{a:1}",
            "[] []",
            ",");
    show(Body.ofUtf8(texts.getFirst()));
    browser.await("document.querySelector('#pane .views')");

    assertEquals(
        "Raw,Hex",
        browser.text(
            "[...document.querySelectorAll('.views button')].map((e) => e.textContent).join()"));
    assertEquals(
        texts.getFirst(),
        browser.text("document.querySelector('[aria-label=\"Body, raw\"]').textContent"));
    assertEquals(
        List.of(),
        texts.stream().filter(this::isJson).toList(),
        "what is no JSON must not be laid out");
    assertTrue(isJson("[1]"));
  }

  private boolean isJson(String text) {
    return browser
        .evaluate(
            "import('/json.js').then(({ jsonTree }) => jsonTree(decodeURIComponent('"
                + URLEncoder.encode(text, StandardCharsets.UTF_8)
                    .replace("+", "%20")
                    .replace("'", "%27")
                + "')).next().value !== null)")
        .asBoolean();
  }

  private int number(String expression) {
    return browser.evaluate(expression).asInt();
  }

  private void answered(Body body) {
    Map<String, String> headers = Map.of("content-type", "application/json");
    stack.log().answered(Exchanges.unjudged("lemma", Instant.EPOCH, headers, body));
  }

  private void show(Body body) {
    answered(body);
    browser.open(stack.address().resolve("#" + stack.log().count()));
  }
}
