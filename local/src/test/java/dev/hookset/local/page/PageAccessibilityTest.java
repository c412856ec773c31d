package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.local.samples.DeliveryRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page by keyboard, by screen reader, on a narrow screen, and in either scheme of colours. */
@ExtendWith(SharedBrowser.class)
final class PageAccessibilityTest {
  private final Browser browser;
  private final PageStack stack;

  PageAccessibilityTest(Browser browser, PageStack stack) {
    this.browser = browser;
    this.stack = stack;
  }

  @Test
  void page_byKeyboardAlone_canDoEverything() throws Exception {
    stack.post(PageStack.genuine("lamina"));
    stack.post(PageStack.genuine("lemma"));
    browser.open(stack);
    browser.await("document.querySelectorAll('.row').length >= 2");

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      browser.press("Tab");
      order.add(
          browser.text(
              "document.activeElement.id || document.activeElement.dataset.provider ||"
                  + " document.activeElement.className"));
      assertFalse(
          browser.text("getComputedStyle(document.activeElement).outlineStyle").equals("none"),
          order.getLast() + " shows no focus");
    }
    assertEquals(
        List.of(
            "skip",
            "send-open",
            "lamina",
            "lemma",
            "lamba",
            "lucid",
            "lymnus",
            "filter-text",
            "filter-status",
            "filter-time",
            "filter-handler",
            "select-all",
            "pause",
            "clear",
            "urls-open",
            "list"),
        order);

    browser.press("/");
    assertEquals("filter-text", browser.text("document.activeElement.id"));
    browser.press("Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab");
    assertEquals("list", browser.text("document.activeElement.id"));
    browser.press("Home", "ArrowDown");
    browser.await("document.querySelector('[aria-selected=true]')?.ariaPosInSet === '2'");
    assertEquals(
        browser.text("document.querySelector('[aria-selected=true]').id"),
        browser.attribute("#list", "aria-activedescendant"));
    String chosen = browser.text("document.querySelector('[aria-selected=true]').id.slice(4)");
    browser.press("Enter");
    browser.await("document.activeElement.tagName === 'H2'");
    browser.await(
        "document.querySelector('#pane .eyebrow').textContent.endsWith('delivery " + chosen + "')");
    browser.press("Tab");
    assertEquals("replay", browser.text("document.activeElement.dataset.action"));
    browser.press("Enter");
    browser.await("document.querySelector('#pane .actions output').textContent !== ''");
    browser.press("Escape");
    assertEquals("list", browser.text("document.activeElement.id"));

    browser.evaluate("document.getElementById('send-open').focus()");
    browser.press("Enter");
    browser.await("document.getElementById('send').open");
    int before = stack.log().count();
    assertEquals("send-provider", browser.text("document.activeElement.id"));
    browser.press("Tab", "Tab", "Tab", "Enter");
    browser.await("document.getElementById('send-result').textContent.startsWith('Answered')");
    assertTrue(stack.log().count() > before);
    browser.press("Escape");
    browser.await("document.activeElement.id === 'send-open'");
  }

  @Test
  void controls_allOfThem_haveNamesAndLandmarks() throws Exception {
    stack.post(PageStack.genuine("lemma"));
    browser.open(stack);
    browser.await("document.querySelectorAll('.row').length >= 1");
    browser.evaluate("document.querySelector('.row').click()");
    browser.await("document.querySelector('#pane .views')");

    List<String> roles = new ArrayList<>();
    for (JsonNode node : browser.accessibilityTree()) {
      String role = node.at("/role/value").asText();
      roles.add(role);
      if (List.of(
              "button",
              "searchbox",
              "textbox",
              "combobox",
              "listbox",
              "option",
              "radio",
              "region",
              "dialog",
              "group")
          .contains(role)) {
        assertFalse(node.at("/name/value").asText().isBlank(), node.toString());
      }
    }
    assertTrue(
        roles.containsAll(
            List.of("banner", "main", "search", "region", "listbox", "option", "status")),
        roles.toString());
  }

  @Test
  void page_of360Pixels_fitsAndShowsOneThingAtATime() throws Exception {
    DeliveryRequest request = PageStack.genuine("lymnus", "subscription.canceled");
    stack.post(request);
    browser.size(360, 700);
    browser.open(stack);
    browser.await(PageScript.row(PageStack.idOf(request)));
    assertFits();
    assertEquals("none", browser.text("getComputedStyle(document.getElementById('pane')).display"));

    browser.click(browser.selectorOf(PageStack.idOf(request)));
    browser.await("document.querySelector('#pane .top')");
    assertEquals(
        "none", browser.text("getComputedStyle(document.querySelector('.overview')).display"));
    assertFits();
    // On a busy machine the pane had its head, and its sections not yet.
    browser.await(
        "(details => details && (details.open = true))(document.querySelector('#pane details'))");
    assertFits();
    browser.click("#pane .back");
    browser.await("document.activeElement.id === 'list'");
    assertEquals("none", browser.text("getComputedStyle(document.getElementById('pane')).display"));
    browser.click("#send-open");
    assertFits();
    browser.press("Escape");
  }

  private void assertFits() {
    assertTrue(
        browser.evaluate("document.documentElement.scrollHeight <= innerHeight").asBoolean(),
        "the page can be scrolled beside its list and its pane");
    assertEquals(
        "360",
        browser.text("document.documentElement.scrollWidth"),
        "the page can be scrolled sideways");
    assertEquals(
        "[]",
        browser.text(
            "JSON.stringify([...document.querySelectorAll('body *')].filter((e) =>"
                + " e.checkVisibility() && !e.closest('.hidden, .skip, .providers, pre, table') &&"
                + " e.getBoundingClientRect().right > 361).map((e) => e.outerHTML.slice(0, 80)))"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void text_inEitherScheme_isReadable(String scheme) throws Exception {
    for (String type : List.of("budget.warning", "budget.exceeded", "epoch.anchored")) {
      stack.post(PageStack.genuine("lucid", type));
    }
    stack.post(PageStack.genuine("lucid").tampered());
    browser.prefer(scheme);
    browser.open(stack);
    browser.await(
        "document.querySelector('[data-status=FAILED]') &&"
            + " document.querySelector('[data-status=DONE]')");
    browser.evaluate("document.querySelector('.row:has([data-status=FAILED])').click()");
    browser.await("document.querySelector('#pane .error')");

    JsonNode faint = browser.evaluate(CONTRAST);

    assertEquals("[]", faint.toString(), "text below WCAG AA");
    assertEquals(
        scheme.equals("dark"),
        browser
            .evaluate("document.body.computedStyleMap && " + LUMINANCE_OF_GROUND + " < 0.2")
            .asBoolean());
  }

  private static final String LUMINANCE =
      """
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const pixel = (colours) => {
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return canvas.getImageData(0, 0, 1, 1).data;
      };
      const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      """;

  private static final String LUMINANCE_OF_GROUND =
      "(() => {"
          + LUMINANCE
          + " return luminance(pixel([getComputedStyle(document.body).backgroundColor])); })()";

  /** Every text in sight against what lies behind it; what falls short of 4.5 to 1 is returned. */
  private static final String CONTRAST =
      "(() => {"
          + LUMINANCE
          + """
            const behind = (e) => {
              const colours = [];
              for (let at = e; at; at = at.parentElement) colours.unshift(getComputedStyle(at).backgroundColor);
              return colours;
            };
            const faint = [];
            for (const e of document.querySelectorAll('body *')) {
              const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
              if (!own || !e.checkVisibility() || e.closest('.hidden')) continue;
              const ground = behind(e);
              const [a, b] = [luminance(pixel([...ground, getComputedStyle(e).color])), luminance(pixel(ground))];
              const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              if (ratio < 4.5) faint.push([e.className, e.textContent.slice(0, 40), ratio.toFixed(2)]);
            }
            return faint;
          })()
          """;
}
