package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.receive.Receipt;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is done with a body on the page: as a tree, copied, saved, and compared with another. */
@ExtendWith(SharedBrowser.class)
final class BodyInBrowserTest {
  private static final String JSON =
      "{\"data\":{\"items\":[{\"id\":\"a\"},{\"id\":\"b \\\"q\\\"\"},{\"id\":7.10}],"
          + "\"odd name\":null,\"none\":{ }},\"list\":[1,2]}";

  private final Browser browser;
  private final PageStack stack;

  BodyInBrowserTest(Browser browser, PageStack stack) {
    this.browser = browser;
    this.stack = stack;
  }

  @Test
  void tree_byKeyboard_foldsAndCopiesValuesAndPaths() {
    show(Body.ofUtf8(JSON));
    browser.evaluate("document.querySelector('[role=tree]').focus()");

    browser.press("ArrowLeft");
    awaitTree("{…}");
    assertEquals("false", browser.attribute("[role=treeitem]", "aria-expanded"));
    assertEquals("2 members", browser.attribute("[role=treeitem]", "data-size"));
    browser.press("ArrowRight", "ArrowRight", "ArrowLeft");
    awaitTree("{\n  \"data\": {…},\n  \"list\": [\n    1,\n    2\n  ]\n}");
    browser.press("Enter", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight");
    awaitChosen("\"id\": \"a\"");
    browser.press("p");
    awaitCopied("$.data.items[0].id");
    browser.press("ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown", "c");
    awaitCopied("b \"q\"");
    browser.press("ArrowDown", "ArrowDown", "Control+c");
    awaitCopied("7.10");
    browser.press("ArrowDown", "p");
    awaitCopied("$.data[\"odd name\"]");
    browser.press("ArrowDown", "c");
    awaitCopied("{}");
    browser.press("End", "p");
    awaitCopied("$.list[1]");
    browser.press("Home", "c");
    awaitCopied(JSON);
    browser.await(
        "document.querySelector('.tree-bar output').textContent === 'Copied the value of $'");
    assertEquals(
        "[\"1\",\"2\",\"3\",\"4\",\"5\"]",
        browser.text(
            "JSON.stringify([...new Set([...document.querySelectorAll('[role=treeitem]')].map((e)"
                + " => e.ariaLevel))].sort())"));
    // From the tree to the buttons of its row.
    browser.press("ArrowDown", "Tab", "Tab", "Enter");
    awaitCopied("$.data");
  }

  @Test
  void tree_byMouse_foldsToALevelAndCopiesWhatIsPointedAt() {
    show(Body.ofUtf8(JSON));

    browser.choose(".tree-bar select", "2");
    awaitTree(
        "{\n  \"data\": {\n    \"items\": […],\n    \"odd name\": null,\n    \"none\": {}\n  },\n"
            + "  \"list\": [\n    1,\n    2\n  ]\n}");
    browser.hover("[role=treeitem][data-size='3 items']");
    browser.evaluate(PageScript.button("Copy path") + ".click()");
    awaitCopied("$.data.items");
    browser.click("[role=treeitem][data-size='3 items']");
    browser.await("document.querySelectorAll('[data-size=\"1 member\"]').length === 3");
    browser.evaluate(PageScript.button("Collapse all") + ".click()");
    awaitTree("{…}");
    browser.evaluate(PageScript.button("Expand all") + ".click()");
    browser.await("document.querySelector('[role=tree]').textContent.includes('7.10')");
  }

  @Test
  void body_copiedOrSaved_isWhatCame() {
    String text = "\uFEFF{\"a\" : \"ü\"}\r\n";
    byte[] binary = {(byte) 0xff, 0, 13, 10, (byte) 0x80};
    show(Body.ofUtf8(text));
    browser.evaluate(PageScript.button("Copy body") + ".click()");
    awaitCopied(text);
    assertSaved(text.getBytes(StandardCharsets.UTF_8), ".txt");

    show(Body.wrap(binary));
    browser.evaluate(PageScript.button("Copy body in base64") + ".click()");
    awaitCopied(Base64.getEncoder().encodeToString(binary));
    assertSaved(binary, ".bin");
  }

  /** "There is no other delivery yet." was said where three stood in the list, of other senders. */
  @Test
  void compare_onlyOneOfItsSender_saysSoAndThatAnyCanBeNamed() throws Exception {
    try (PageStack fresh = new PageStack(null, 0)) {
      fresh.post(PageStack.genuine("lemma"));
      fresh.post(PageStack.genuine("lymnus"));
      browser.open(fresh.address().resolve("#2"));
      browser.evaluate(PageScript.button("Compare with …") + ".click()");

      browser.await(
          "document.querySelector('#compare-result .hint')?.textContent === 'There is no other"
              + " delivery of this sender yet. By its number, any can be compared.'");
      browser.leave();
    }
  }

  @Test
  void deliveries_compared_tellWhatWasRemovedAndAdded() {
    int first = recorded("one", "{\"a\":1,\"b\":[1,2],\"same\":true}");
    int second = recorded("two", "{\"a\":1}");
    int third = recorded("one", "{\"a\" :2,\"b\":[1,2,3],\"same\":true}");
    open("#" + third);
    browser.evaluate(PageScript.button("Copy event ID") + ".click()");
    awaitCopied("one");

    browser.evaluate(PageScript.button("Compare with …") + ".click()");
    browser.await("document.querySelector('#compare .changes')");
    assertEquals(
        String.valueOf(first), browser.text("document.getElementById('compare-with').value"));
    assertEquals(
        """
          {
        removed: −   "a": 1,
        added: +   "a": 2,
            "b": [
              1,
              2,
        added: +     3
            ],
            "same": true
          }\
        """,
        browser.text("document.querySelector('[aria-label=\"Body, compared\"]').textContent"));
    assertEquals(
        "[\"1 line the same, no difference\",\"1 line removed, 2 lines added, 7 lines the same\"]",
        browser.text(
            "JSON.stringify([...document.querySelectorAll('#compare section .hint')].map((e) =>"
                + " e.textContent))"));

    // The address leads to the same view, whose keys are in reach.
    assertEquals("#" + third + "?compare=" + first, browser.text("location.hash"));
    open("#" + third + "?compare=" + second);
    browser.await("document.querySelector('#compare .changes')");
    assertEquals("compare-with", browser.text("document.activeElement.id"));
    browser.press("Tab");
    browser.press("ControlOrMeta+a");
    browser.type("99999");
    browser.press("Enter");
    browser.await(
        "document.getElementById('compare-result').textContent.startsWith('There is no delivery"
            + " 99999')");
    browser.press("Escape");
    browser.await("!document.getElementById('compare').open");
    browser.await("location.hash === '#" + third + "'");

    // Two that are selected in the list.
    browser.evaluate("document.getElementById('list').focus()");
    browser.press("Home", "Space", "ArrowDown", "Space");
    browser.await("!document.getElementById('compare-selected').hidden");
    browser.click("#compare-selected");
    browser.await("location.hash === '#" + third + "?compare=" + second + "'");
    browser.await("document.querySelector('#compare .changes')");
    browser.click("#compare-close");
    browser.await("location.hash === '#" + second + "'");
    browser.leave(); // The browser has logged that there is none.
  }

  /** Held to the longest common subsequence where that is small, and to be one where it is not. */
  @Test
  void difference_ofDrawnTexts_isTheShortestOrAtLeastTrue() {
    browser.open(stack);
    assertEquals(
        "[]",
        browser.text(
            "(async () => {"
                + " const { difference } = await import('/diff.js');"
                + " let seed = 7;"
                + " const draw = (n) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % n;"
                + DIFFERENCES
                + "})()"));
  }

  private static final String DIFFERENCES =
      """
      const rows = (all) => ({ count: all.length, key: (i) => String(all[i]) });
      const found = (a, b) => {
        const work = difference(rows(a), rows(b));
        for (;;) { const { done, value } = work.next(); if (done) return value; }
      };
      const longest = (a, b) => {
        let row = new Array(b.length + 1).fill(0);
        for (const x of a) {
          const next = [0];
          b.forEach((y, j) => next.push(x === y ? row[j] + 1 : Math.max(row[j + 1], next[j])));
          row = next;
        }
        return row.at(-1);
      };
      const wrong = [];
      const check = (a, b, least) => {
        let [from, to, same] = [0, 0, 0];
        for (const [i, j, length] of found(a, b)) {
          for (let k = 0; k < length; k++) {
            if (a[i + k] !== b[j + k]) wrong.push(['other', a, b]);
          }
          if (i < from || j < to || length < 1) wrong.push(['order', i, j]);
          [from, to, same] = [i + length, j + length, same + length];
        }
        if (from > a.length || to > b.length || same < least) wrong.push(['same', same, least]);
      };
      const some = (n, of) => Array.from({ length: n }, () => draw(of) >> 0);
      for (let i = 0; i < 400; i++) {
        const [a, b] = [some(draw(30), 4), some(draw(30), 4)];
        check(a, b, longest(a, b));
      }
      const many = Array.from({ length: 20000 }, (_, i) => i);
      // More at one place than the shortest way is looked for; and changes all over.
      check(many, [...some(3000, 1e9).map((x) => -1 - x), ...many], 20000);
      check(many, many.map((x) => (x % 3 ? x : -x - 1)), 13333);
      check(some(20000, 1e9), some(20000, 1e9), 0);
      check(some(3000, 2), some(9000, 2), 0);
      check([], many, 0);
      return JSON.stringify(wrong.slice(0, 3));
      """;

  private void assertSaved(byte[] bytes, String ending) {
    browser.evaluate(
        "window.saved = null; window.make ??= URL.createObjectURL; URL.createObjectURL = (blob) =>"
            + " { blob.arrayBuffer().then((all) => { window.saved = new Uint8Array(all).join(); }); return"
            + " window.make.call(URL, blob); }; "
            + PageScript.button("Download body")
            + ".click()");
    browser.await("window.saved !== null");
    StringBuilder expected = new StringBuilder();
    for (byte each : bytes) {
      expected.append(expected.isEmpty() ? "" : ",").append(each & 0xff);
    }
    assertEquals(expected.toString(), browser.text("window.saved"));
    browser.await(
        "[...document.querySelectorAll('#pane output')].some((e) => e.textContent.endsWith('"
            + ending
            + ", byte for byte'))");
  }

  private void awaitTree(String text) {
    browser.await("document.querySelector('[role=tree]').textContent === " + literal(text));
  }

  private void awaitCopied(String text) {
    browser.await("window.copied === " + literal(text));
  }

  private void awaitChosen(String text) {
    browser.await(
        "document.querySelector('[role=treeitem][aria-selected=true]').textContent.trim() === "
            + literal(text));
  }

  private static String literal(String text) {
    return "decodeURIComponent('"
        + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("'", "%27")
        + "')";
  }

  private int recorded(String id, String body) {
    stack
        .log()
        .answered(
            Exchanges.recorded(
                new EventKey("lemma", id),
                Instant.EPOCH,
                Receipt.Outcome.ACCEPTED,
                Body.ofUtf8(body)));
    return stack.log().count();
  }

  private void show(Body body) {
    stack
        .log()
        .answered(
            Exchanges.unjudged(
                "lemma", Instant.EPOCH, Map.of("content-type", "application/json"), body));
    open("#" + stack.log().count());
    browser.await("document.querySelector('#pane .views')");
    assertTrue(browser.count("#pane .views") == 1);
  }

  private void open(String hash) {
    browser.open(stack.address().resolve(hash));
    browser.await("document.querySelector('#pane .views')");
    browser.evaluate(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }; 0");
  }
}
