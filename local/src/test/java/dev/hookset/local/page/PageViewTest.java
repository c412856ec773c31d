package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.receive.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What of the deliveries the page shows: searched, narrowed, and by a link. */
@ExtendWith(SharedBrowser.class)
final class PageViewTest {
  private static final String COUNT = "document.getElementById('count').textContent";

  private final Browser browser;
  private final PageStack stack;

  PageViewTest(Browser browser, PageStack stack) {
    this.browser = browser;
    this.stack = stack;
  }

  /** Only what the list shows could be searched: who looked for a customer's name found nothing. */
  @Test
  void search_ofTenThousandBodies_findsThemAndThoseToCome() throws Exception {
    try (PageStack crowded = new PageStack(null, 0)) {
      for (int i = 1; i <= 10_000; i++) {
        crowded.log().answered(Exchanges.refused(Instant.now(), body(i)));
      }
      browser.open(crowded);
      browser.await(COUNT + " === '10,000 deliveries'");
      browser.click("#filter-text");
      browser.type("CUSTOMER 77");
      browser.await(COUNT + " === '100 of 10,000 deliveries'");

      // One letter more: what is still found for the text before must not show up again.
      browser.type("00 ");
      browser.await(COUNT + " === '1 of 10,000 deliveries'");
      browser.await("document.getElementById('row-7700')");
      crowded.log().answered(Exchanges.refused(Instant.now(), body(7700)));
      browser.await(COUNT + " === '2 of 10,000 deliveries'");
      browser.evaluate("document.getElementById('filter-text').select()");
      browser.type("x-lemma-signature: 00");
      browser.await(COUNT + " === '10,000 deliveries'");
      browser.leave();
    }
  }

  private static Body body(int number) {
    return Body.ofUtf8(
        "{\"name\":\"customer " + number + " \",\"padding\":\"" + "-".repeat(2_000) + "\"}");
  }

  @Test
  void filters_byTimeAndHandler_showWhatFits() throws Exception {
    try (PageStack one = new PageStack(null, 0)) {
      Instant now = Instant.now();
      for (Duration age : new Duration[] {Duration.ofDays(2), Duration.ofMinutes(30)}) {
        one.log()
            .answered(
                Exchanges.recorded(
                    new EventKey("lemma", "evt_" + age),
                    now.minus(age),
                    Receipt.Outcome.ACCEPTED,
                    Body.ofUtf8("{}")));
      }
      one.post(PageStack.genuine("lymnus"));
      one.post(PageStack.genuine("lucid", "budget.exceeded"));
      browser.open(one);
      browser.await(COUNT + " === '4 deliveries'");

      browser.choose("#filter-time", "1h");
      browser.await(COUNT + " === '3 of 4 deliveries'");
      browser.choose("#filter-time", "5m");
      browser.await(COUNT + " === '2 of 4 deliveries'");
      browser.choose("#filter-time", "between");
      browser.await("document.getElementById('filter-from').checkVisibility()");
      browser.await(COUNT + " === '3 of 4 deliveries'");
      browser.evaluate(
          "(to => { to.value = new Date(Date.now() - 600000 - new Date().getTimezoneOffset() *"
              + " 60000).toISOString().slice(0, 19); to.dispatchEvent(new Event('change'));"
              + " })(document.getElementById('filter-to'))");
      browser.await(COUNT + " === '1 of 4 deliveries'");
      browser.choose("#filter-time", "");

      // The one that failed ran as well.
      browser.await("document.getElementById('filter-handler').options.length === 3");
      assertEquals(
          "Any handler,lucid:budget.exceeded,otherwise",
          browser.text(
              "[...document.getElementById('filter-handler').options].map((o) => o.text).join()"));
      browser.choose("#filter-handler", "lucid:budget.exceeded");
      browser.await(
          PageScript.allRows("e.querySelector('.type').textContent === 'budget.exceeded'"));
      assertEquals("1 of 4 deliveries", browser.text(COUNT));
      browser.leave();
    }
  }

  @Test
  void view_ofALink_isTheSameAndTheWayBackLeadsToTheOneBefore() throws Exception {
    DeliveryRequest mine = PageStack.genuine("lamba", "user.created");
    stack.post(mine);
    stack.post(PageStack.genuine("lamba", "user.deleted").tampered());
    stack.post(PageStack.genuine("lemma"));
    browser.open(stack);
    browser.await(PageScript.row(PageStack.idOf(mine)));
    String row = browser.selectorOf(PageStack.idOf(mine));
    String number = row.substring("#row-".length());

    browser.click("[data-provider=lamba]");
    browser.click("#filter-text");
    browser.type("user.");
    browser.choose("#filter-time", "today");
    browser.click(row + " .type");
    browser.await("document.querySelector('#pane h2')?.textContent === 'user.created'");
    String hash = browser.text("location.hash");
    assertEquals("#" + number + "?provider=lamba&time=today&text=user.", hash);

    // A link, as somebody else opens it.
    browser.open(stack.url().resolve("/" + hash));
    browser.await("document.querySelector('#pane h2')?.textContent === 'user.created'");
    browser.await(PageScript.allRows("e.querySelector('.provider').textContent === 'Lamba'"));
    assertEquals(
        "user. today true",
        browser.text(
            "document.getElementById('filter-text').value + ' ' +"
                + " document.getElementById('filter-time').value + ' ' +"
                + " document.querySelector('[data-provider=lamba]').ariaPressed"));
    browser.await("document.querySelector('[aria-selected=true]').id === 'row-" + number + "'");

    browser.choose("#filter-status", "REFUSED");
    browser.await(
        "document.querySelectorAll('.row .chip:not([data-status=REFUSED])').length === 0");
    browser.evaluate("history.back()");
    browser.await("document.querySelector('.row .chip[data-status=DONE]')");
    assertEquals(hash, browser.text("location.hash"));

    // One from before there were filters in it.
    browser.open(stack.url().resolve("/#" + number));
    browser.await("document.querySelector('#pane h2')?.textContent === 'user.created'");
    assertTrue(
        browser.evaluate("!document.querySelector('#providers [aria-pressed=true]')").asBoolean());
  }

  /** A word that each object knows, or an hour after the last day, and the page stayed blank. */
  @Test
  void view_ofALinkOfNonsense_isShown() throws Exception {
    stack.post(PageStack.genuine("lemma"));
    for (String query :
        List.of(
            "time=constructor",
            "time=__proto__&status=__proto__&handler=toString&provider=",
            "time=between&from=-271821-04-20T00:00:00Z&to=%2B275760-09-13T00:00:00Z",
            "text=" + "a".repeat(50_000))) {
      browser.open(stack.address().resolve("#1?" + query));
      browser.await("document.getElementById('count').textContent.includes('deliver')");
    }
  }

  /** The way back from a comparison led to a delivery, and the address then told of another. */
  @Test
  void view_backFromAComparison_hasTheAddressOfWhatIsShown() throws Exception {
    stack.post(PageStack.genuine("lemma"));
    stack.post(PageStack.genuine("lemma"));
    long last = stack.log().count();
    browser.open(stack.address().resolve("#" + (last - 1)));
    browser.await(eyebrowEndsWith(last - 1));
    browser.await("document.querySelector('#row-" + last + "')");
    browser.click("#row-" + last + " .type");
    browser.await(eyebrowEndsWith(last));
    browser.evaluate(
        "[...document.querySelectorAll('#pane button')]"
            + ".find((e) => e.textContent === 'Compare with …').click()");
    browser.await("location.hash === '#" + last + "?compare=" + (last - 1) + "'");
    browser.evaluate(
        "document.getElementById('compare')"
            + ".addEventListener('close', () => setTimeout(() => (window.dialogClosed = true)))");

    browser.evaluate("history.back()");

    browser.await("window.dialogClosed");
    browser.await(eyebrowEndsWith(last - 1));
    assertEquals("#" + (last - 1), browser.text("location.hash"));
  }

  private static String eyebrowEndsWith(long number) {
    return "document.querySelector('#pane .eyebrow')?.textContent.endsWith('delivery "
        + number
        + "')";
  }
}
