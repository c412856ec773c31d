package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.local.stack.Exchange;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of the page: however many deliveries there are, and in whatever font. */
@ExtendWith(SharedBrowser.class)
final class PageListTest {
  private static final int MANY = 10_000;

  private final Browser browser;
  private final PageStack stack;

  PageListTest(Browser browser, PageStack stack) {
    this.browser = browser;
    this.stack = stack;
  }

  /**
   * The provider column was cut at 1440 pixels where the font is wider than ours: its width was a
   * number. Letters set apart stand for a wide font, whatever is installed.
   */
  @ParameterizedTest
  @CsvSource({
    "1280, sans-serif, 0",
    "1440, sans-serif, 0",
    "1440, DejaVu Sans, 0",
    "1440, monospace, 0",
    "1920, serif, 0",
    "1920, monospace, 1",
    "1440, sans-serif, 2",
    "1280, monospace, 1",
    "400, monospace, 1",
  })
  void columns_inAnyFont_cutNothingThatThereIsRoomFor(int width, String font, int apart)
      throws Exception {
    stack.post(PageStack.genuine("lymnus", "agent.run_failed"));
    stack.post(PageStack.genuine("lamina").tampered());
    stack.post(PageStack.genuine("lucid", "budget.warning"));
    browser.open(stack);
    browser.await("document.querySelector('.row .again')");
    browser.evaluate(
        "document.body.style.fontFamily = '%s'; document.body.style.letterSpacing = '%dpx'; 0"
            .formatted(font, apart));
    browser.size(width, 790);
    // A frame for the observer of sizes, one for what it draws.
    browser.evaluate(
        "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() =>"
            + " setTimeout(go))))");

    assertEquals(
        "[]",
        browser.text(
            """
            JSON.stringify([...document.querySelectorAll('.row > *, .row .chip, .row .again, .columns > *, .providers button *')]
              .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth && e.clientWidth > 0)
              .filter((e) => !e.closest('.id'))
              .filter((e) => !e.matches('.type, .answer') || innerWidth >= 720 && e.parentElement.querySelector('.id').clientWidth > 81)
              .map((e) => e.className + ': ' + e.textContent + ' ' + e.clientWidth + ' of ' + e.scrollWidth))
            """));
  }

  /** The message of one failed call, 200 characters long, had the types of all the others cut. */
  @Test
  void columns_besideALongReason_keepTheirRoom() throws Exception {
    try (PageStack one = new PageStack(null, 0)) {
      one.post(PageStack.genuine("lymnus", "extraction.completed"));
      one.log().answered(Exchanges.refused(Instant.EPOCH, "timestamp_out_of_tolerance", null));
      one.log().answered(Exchanges.refused(Instant.EPOCH, "DynamoDB failed: ".repeat(12), null));
      browser.size(1440, 900);
      browser.open(one);
      browser.await("document.querySelectorAll('.row').length === 3");

      assertEquals(
          1,
          browser
              .evaluate(
                  "[...document.querySelectorAll('.row .type, .row .answer')]"
                      + ".filter((e) => e.scrollWidth > e.clientWidth).length")
              .asInt());
      browser.leave();
    }
  }

  @Test
  void list_ofTenThousand_holdsFewInTheDocumentAndFindsEach() throws Exception {
    try (PageStack crowded = new PageStack(null, 0)) {
      for (int i = 1; i <= MANY + 5; i++) {
        crowded.log().answered(refused(i));
      }
      assertEquals(MANY, crowded.log().count());
      browser.open(crowded.address());
      browser.await("document.getElementById('count').textContent === '10,000 deliveries'");
      browser.await("document.querySelectorAll('.row').length > 10");
      assertTrue(browser.count(".row") < 100, browser.count(".row") + " rows");
      assertEquals("10000", browser.attribute(".row", "aria-setsize"));

      browser.evaluate("document.getElementById('list').focus()");
      browser.press("End");
      browser.await("document.querySelector('[aria-selected=true]')?.ariaPosInSet === '10000'");
      assertTrue(browser.count(".row") < 100, browser.count(".row") + " rows");
      browser.await("document.querySelector('#pane .eyebrow')?.textContent.endsWith('delivery 6')");
      String looking = browser.text("document.querySelector('[aria-selected=true]').id");

      // What comes in meanwhile does not move what is looked at.
      for (int i = 1; i <= 30; i++) {
        crowded.log().answered(refused(MANY + 5 + i));
      }
      browser.await("document.getElementById('newer').textContent === '↑ 30 new'");
      assertFalse(
          browser
              .evaluate(
                  "Boolean(document.getElementById('"
                      + looking
                      + "') && document.getElementById('row-10035'))")
              .asBoolean());
      browser.click("#newer");
      browser.await("document.getElementById('row-10035')");
      browser.await("document.getElementById('newer').hidden");

      browser.click("#filter-text");
      browser.type("malformed_timestamp");
      browser.await("document.getElementById('count').textContent === '100 of 10,000 deliveries'");
      assertTrue(browser.count(".row") < 100, browser.count(".row") + " rows");
      browser.leave();
    }
  }

  private static Exchange refused(int number) {
    return Exchanges.refused(
        Instant.EPOCH.plusSeconds(number),
        number % 100 == 0 ? "malformed_timestamp" : "invalid_signature",
        Body.ofUtf8("{\"number\":" + number + "}"));
  }
}
