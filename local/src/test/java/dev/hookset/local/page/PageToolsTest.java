package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.providers.Providers;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is done to the list as a whole, and what stands there before there is one. */
@ExtendWith(SharedBrowser.class)
final class PageToolsTest {
  private static final String COUNT = "document.getElementById('count').textContent";
  private static final String SELECTED = "document.getElementById('selected').textContent";
  private static final String RESULT = "document.getElementById('ask-result').innerText";

  private final Browser browser;

  PageToolsTest(Browser browser) {
    this.browser = browser;
  }

  @Test
  void selection_byMouseAndByKeyboard_isReplayedAndSaysWhatWasNot() throws Exception {
    try (PageStack stack = new PageStack(null, 0)) {
      DeliveryRequest twice = PageStack.genuine("lemma", "incident.resolved");
      stack.post(twice);
      stack.post(twice);
      stack.post(PageStack.genuine("lymnus"));
      stack.post(PageStack.genuine("lucid", "agent.started")); // It is held up.
      stack.post(PageStack.genuine("lemma").tampered());
      browser.open(stack);
      browser.await("document.querySelectorAll('.chip[data-status=DONE]').length === 3");
      browser.await("document.querySelector('.chip[data-status=PROCESSING]')");

      browser.click("#row-1 .tick");
      browser.await(SELECTED + " === '1 selected'");
      assertEquals("true", browser.attribute("#row-1", "aria-checked"));
      assertEquals("false", browser.attribute("#row-1", "aria-selected"));
      browser.evaluate(
          "document.querySelector('#row-3 .type').dispatchEvent(new MouseEvent('click', { bubbles:"
              + " true, shiftKey: true }))");
      browser.await(SELECTED + " === '3 selected'");
      browser.evaluate(
          "document.querySelector('#row-2 .type').dispatchEvent(new MouseEvent('click', { bubbles:"
              + " true, ctrlKey: true }))");
      browser.await(SELECTED + " === '2 selected'");
      browser.press("Escape");
      browser.await(SELECTED + " === 'Select all'");

      browser.press("Home", " ", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowUp");
      browser.await(SELECTED + " === '2 selected'");
      browser.press("Control+a");
      browser.await(SELECTED + " === '5 selected'");
      assertTrue(browser.evaluate("document.getElementById('select-all').checked").asBoolean());

      browser.click("#replay-selected");
      browser.await("document.getElementById('ask').open");
      assertEquals(
          "Replay 3 events?", browser.text("document.getElementById('ask-title').textContent"));
      String says = browser.text("document.getElementById('ask-says').innerText");
      assertTrue(says.contains("1 delivery left no record"), says);
      assertTrue(says.contains("1 delivery brought an event that another one brought"), says);
      browser.press("Tab");
      browser.click("#ask-yes");
      browser.await(RESULT + ".startsWith('2 events replayed, 1 event not:')");
      assertTrue(browser.text(RESULT).contains("delivery 4"), browser.text(RESULT));
      assertTrue(browser.text(RESULT).contains("not finished yet"), browser.text(RESULT));
      browser.press("Enter");
      browser.await("!document.getElementById('ask').open");
      browser.leave();
    }
  }

  @Test
  void list_pausedAndCleared_holdsBackWhatComesAndLeavesTheRecords() throws Exception {
    try (PageStack stack = new PageStack(null, 0)) {
      stack.post(PageStack.genuine("lemma"));
      browser.open(stack);
      browser.await("document.querySelector('.chip[data-status=DONE]')");

      browser.click("#pause");
      browser.await("document.getElementById('pause').textContent === 'Resume'");
      stack.post(PageStack.genuine("lymnus"));
      browser.await("document.getElementById('pause').textContent === 'Resume (1 new)'");
      assertEquals("1 delivery, 1 held back", browser.text(COUNT));
      assertEquals(1, browser.count(".row"));
      browser.click("#pause");
      browser.await("document.querySelectorAll('.row').length === 2");

      browser.click("#clear");
      browser.await("document.getElementById('ask').open");
      String says = browser.text("document.getElementById('ask').innerText");
      assertTrue(says.contains("The records of their events stay"), says);
      browser.press("Enter"); // On Cancel: pressed twice, it must not clear what cannot come back.
      browser.await("!document.getElementById('ask').open");
      assertEquals(2, stack.log().count());
      browser.click("#clear");
      browser.click("#ask-yes");
      browser.await(COUNT + " === '0 deliveries'");
      assertNull(stack.log().delivery(1));
      assertEquals("true", browser.attribute("#clear", "aria-disabled"));
      // It goes on counting, so that a link to one that is gone leads to no other.
      stack.post(PageStack.genuine("lamina"));
      browser.await("document.getElementById('row-3')");
      browser.leave();
    }
  }

  /**
   * Of 25 senders the counters took 21 lines of a laptop's screen; they were 5 when it was made.
   */
  @Test
  void page_ofManySenders_beginsWithTheirUrlsAndLeavesRoomForTheList() throws Exception {
    try (PageStack stack = new PageStack(Providers.all().stream().limit(25).toList())) {
      assertEquals(25, stack.providers().size());
      browser.open(stack);
      browser.evaluate(
          "navigator.clipboard.writeText = async (text) => { window.copied = text; }; 0");
      browser.await("document.querySelectorAll('#empty .urls button').length === 25");
      String name = stack.providers().getLast().name();
      String title = stack.providers().getLast().title();
      browser.click("#empty [aria-label=\"Copy the URL for " + title + "\"]");
      browser.await("window.copied === '" + stack.url(name) + "'");
      browser.click("#empty [aria-label=\"Copy the command that sends a sample\"]");
      browser.await("window.copied.startsWith('./hookset send ')");

      for (int i = 0; i < 100; i++) {
        stack.log().answered(Exchanges.refused(Instant.now(), null));
      }
      browser.await(COUNT + " === '100 deliveries'");
      for (int width : new int[] {360, 1280, 1920}) {
        browser.size(width, 800);
        browser.await("innerWidth === " + width);
        assertTrue(
            browser.evaluate("document.getElementById('list').clientHeight >= 400").asBoolean(),
            "at " + width + " the list has " + browser.text(LIST_HEIGHT));
        assertEquals(
            String.valueOf(width), browser.text("document.documentElement.scrollWidth + ''"));
      }
      // Its own name had been "Github" here.
      assertEquals(
          "GitHub",
          browser.text("document.querySelector('[data-provider=github] .name').innerText"));
      browser.click("#urls-open");
      browser.await("document.getElementById('urls').open");
      browser.click("#urls [aria-label=\"Copy the URL for " + title + "\"]");
      browser.await("window.copied === '" + stack.url(name) + "'");
      browser.press("Escape");
      browser.leave();
    }
  }

  private static final String LIST_HEIGHT = "document.getElementById('list').clientHeight + ''";
}
