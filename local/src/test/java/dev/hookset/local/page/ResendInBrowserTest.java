package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.local.samples.DeliveryRequest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A delivery edited and sent again, and the story of an event, in a real Chromium. */
@ExtendWith(SharedBrowser.class)
final class ResendInBrowserTest {
  private static final String FATE = "document.querySelector('.fate')";
  private static final String BODY = "document.querySelectorAll('.resend textarea')[1]";
  private static final String DIFFERENCE = "document.querySelector('.difference').innerText";

  private final Browser browser;
  private final PageStack stack;

  ResendInBrowserTest(Browser browser, PageStack stack) {
    this.browser = browser;
    this.stack = stack;
  }

  @Test
  void resend_editedByKeyboard_showsWhatDiffersAndIsToldAfterAReload() throws Exception {
    // Signed a while ago: where all went within a second, the signature made anew was the same.
    DeliveryRequest request =
        PageStack.genuine("lymnus", "report.generated", Instant.now().minusSeconds(30));
    open(request);
    long number = stack.log().count();
    browser.evaluate("document.querySelector('[data-action=resend]').focus()");

    browser.press("Enter");

    browser.await(FATE + "?.dataset.fate === 'DUPLICATE'");
    assertEquals("Headers, one a line", focused());
    assertFateIsInSight();
    assertTrue(browser.text(DIFFERENCE).contains("the same, byte for byte"));
    assertTrue(browser.text(DIFFERENCE).contains("x-lymnus-signature"));
    assertEquals(request.body().utf8(), browser.text(BODY + ".value"));

    browser.press("Tab");
    assertEquals("Body", focused());
    browser.press("Tab", "Enter");
    browser.await(BODY + ".value.includes('\\n  \"event\": \"report.generated\"')");
    browser.await(DIFFERENCE + ".includes('laid out otherwise')");
    browser.evaluate(BODY + ".setSelectionRange(1, 1); 0");
    assertEquals("Body", focused());
    browser.type("\"note\": \"edited\",");
    browser.await(DIFFERENCE + ".includes('\"note\": \"edited\",')");
    assertEquals("CONFLICT", browser.text(FATE + ".dataset.fate"));
    assertTrue(browser.text(FATE + ".textContent").contains("The event ID stays"));
    assertEquals(
        "added: \"note\": \"edited\",",
        browser.text(
            "[...document.querySelectorAll('[data-change=added]')].at(-1).innerText"
                + ".replace(/^\\+\\s*/, '').replace(/\\s+/g, ' ').trim()"));

    browser.evaluate(button("Give it a fresh ID") + ".focus()");
    browser.press("Enter");
    browser.await(FATE + ".dataset.fate === 'NEW'");
    browser.evaluate(button("Sign and send") + ".focus()");
    browser.press("Enter");
    browser.await("!document.querySelector('.resend .link').hidden");
    assertEquals(
        "Answered 200", browser.text("document.querySelector('.resend output').textContent"));
    browser.evaluate("document.querySelector('.resend .link').focus()");
    browser.press("Enter");
    browser.await(
        "document.querySelector('#pane .eyebrow')?.textContent.endsWith('edited from "
            + number
            + "')");

    browser.open(stack);
    browser.await(
        "document.querySelector('.row .edited')?.textContent === 'edited from " + number + "'");
    assertEditedFromIsWhole();
    browser.evaluate("document.querySelector('.row:has(.edited)').click()");
    browser.await("document.querySelector('#pane .eyebrow button')");
    browser.click("#pane .eyebrow button");
    browser.await(
        "document.querySelector('#pane .eyebrow').textContent.endsWith('delivery " + number + "')");
  }

  /** Beside a long reason, the list said "edited from" and cut off which one. */
  private void assertEditedFromIsWhole() throws Exception {
    stack.post(PageStack.genuine("lamba", "user.created").tampered());
    browser.size(1280, 800);
    browser.await(
        "[...document.querySelectorAll('.row .answer')].some((e) => e.title === 'invalid_signature')");
    browser.await(
        """
        (() => {
          const mark = document.querySelector('.row .edited');
          const right = (e) => e.getBoundingClientRect().right;
          return right(mark) <= right(mark.parentElement) + 0.5;
        })()""");
  }

  /** On a small screen one could press "Sign and send" without having seen what it would do. */
  private void assertFateIsInSight() {
    browser.size(1280, 600);
    browser.await(
        """
        (() => {
          const { left, top, bottom } = document.querySelector('.fate').getBoundingClientRect();
          return [top + 2, bottom - 2].every((y) => document.elementFromPoint(left + 2, y)?.matches('.fate'));
        })()""");
    browser.size(1280, 800);
  }

  /** Brackets in brackets, laid out with all their blanks, would be gigabytes. */
  @Test
  void resend_bodyOfDeepBrackets_isLaidOutAndCompared() throws Exception {
    String deep = "{\"id\":\"evt-deep\",\"a\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
    stack.post(PageStack.genuine("lucid", Body.ofUtf8(deep)));
    browser.open(stack.address().resolve("#" + stack.log().count()));
    browser.await("document.querySelector('[data-action=resend]')");
    browser.evaluate("document.querySelector('[data-action=resend]').click()");
    browser.await(FATE + "?.dataset.fate");

    browser.evaluate(button("Lay out as JSON") + ".click()");
    assertEquals(
        "It is no JSON, or would be too long for this field.",
        browser.text("document.querySelector('.resend output').textContent"));

    browser.evaluate(
        BODY
            + ".value += ' '; "
            + BODY
            + ".dispatchEvent(new Event('input', { bubbles: true })); 0");
    browser.await(DIFFERENCE + ".includes('laid out otherwise')");
  }

  private String focused() {
    return browser.text(
        "document.activeElement.closest('label')?.firstChild.textContent ??"
            + " document.activeElement.textContent");
  }

  private static String button(String words) {
    return "[...document.querySelectorAll('.resend button')].find((e) => e.textContent === '"
        + words
        + "')";
  }

  /** A long line in a field lets the tab stand still, so such a body is edited as a file. */
  @Test
  void resend_bodyOfAMebibyteOrOfBytes_opensAndGoesAsItCame() throws Exception {
    for (Body body :
        List.of(
            Body.ofUtf8("{\"id\":\"" + "x".repeat(1 << 20) + "\"}"),
            Body.wrap(new byte[] {0, (byte) 0xff, 13, 10}))) {
      stack.post(PageStack.genuine("lucid", body));
      browser.open(stack);
      long number = stack.log().count();
      browser.await("document.querySelector('.row')?.id === 'row-" + number + "'");
      browser.evaluate("document.querySelector('.row').click()");
      browser.await("document.querySelector('[data-action=resend]')");
      browser.evaluate("document.querySelector('[data-action=resend]').click()");
      browser.await(FATE + "?.dataset.fate === 'DUPLICATE'");
      assertTrue(browser.evaluate("!" + BODY + ".checkVisibility()").asBoolean());

      browser.evaluate(button("Sign and send") + ".click()");

      browser.await("!document.querySelector('.resend .link').hidden");
      assertEquals(body, stack.delivery(number + 1).body());

      browser.evaluate(
          "(e => { const files = new DataTransfer(); files.items.add(new File([new Uint8Array([0, 254,"
              + " 13])], 'other.bin')); e.files = files.files; e.dispatchEvent(new Event('change')); })"
              + "(document.querySelector('.resend input[type=file]'))");
      browser.await(DIFFERENCE + ".includes('The body is another: 3 bytes')");
      browser.evaluate(button("Sign and send") + ".click()");
      browser.await(
          "document.querySelector('.resend .link').dataset.number === '" + (number + 2) + "'");
      assertEquals(Body.wrap(new byte[] {0, (byte) 254, 13}), stack.delivery(number + 2).body());
    }
  }

  @Test
  void pane_ofAFailedEvent_showsItsStackTraceAndWhereTheTimeWent() throws Exception {
    open(PageStack.genuine("lucid", "budget.exceeded"));

    browser.await("document.querySelector('.trace summary')");
    assertEquals(
        "Stack trace · Billing.java:21",
        browser.text("document.querySelector('.trace summary').textContent"));
    assertTrue(browser.evaluate("!document.querySelector('.trace').open").asBoolean());
    assertEquals(
        "Yours:     at app.Billing.charge(Billing.java:21)",
        browser.text("document.querySelector('.trace b').textContent.trimEnd()"));
    browser.await("document.querySelectorAll('.waterfall li').length === 6");
    JsonNode rows =
        browser.evaluate(
            "[...document.querySelectorAll('.waterfall li')].map((e) => e.querySelector('.what').textContent)");
    assertEquals(
        "[\"Received\",\"Recorded\",\"Pushed\",\"Claimed\",\"lucid:budget.exceeded failed\",\"Settled"
            + " as failed\"]",
        rows.toString());
    String told = browser.text("document.querySelector('.waterfall').textContent");
    assertTrue(told.matches("(?s).*Recorded[0-9.]+ m?s, from 0\\.0 ms to [0-9.]+ m?s.*"), told);

    browser.size(360, 700);
    assertEquals("360", browser.text("document.documentElement.scrollWidth"));
    assertTrue(
        browser
            .evaluate("document.querySelector('.track').getBoundingClientRect().width > 60")
            .asBoolean());
    browser.evaluate("document.querySelector('.trace').open = true");
    assertEquals("360", browser.text("document.documentElement.scrollWidth"));
    browser.evaluate("document.querySelector('[data-action=resend]').click()");
    browser.await(FATE + "?.dataset.fate");
    assertEquals("360", browser.text("document.documentElement.scrollWidth"));
    assertTrue(
        browser
            .evaluate(
                "document.querySelector('.resend').scrollWidth <= document.querySelector('.resend').clientWidth")
            .asBoolean());
  }

  private void open(DeliveryRequest request) throws Exception {
    stack.post(request);
    browser.open(stack);
    String row = PageScript.row(PageStack.idOf(request));
    browser.await("['DONE', 'FAILED'].includes(" + row + "?.querySelector('.chip').textContent)");
    browser.evaluate(row + ".click()");
    browser.await("document.querySelector('[data-action=resend]')");
  }
}
