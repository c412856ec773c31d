package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.Origin;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.Samples;
import dev.hookset.local.stack.Exchange;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as a user has it: in a real Chromium, over a stack that runs. */
@ExtendWith(SharedBrowser.class)
final class PageInBrowserTest {
  private static final int MANY = 10_000;

  private static Browser browser;
  private static PageStack stack;

  @BeforeAll
  static void start(Browser shared) throws IOException {
    browser = shared;
    stack = new PageStack(null, 0);
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      browser.leave();
      stack.close();
    }
  }

  @BeforeEach
  void reset() {
    browser.size(1280, 800);
    browser.prefer("light");
  }

  /** Nothing may break the page's own rules: no error, no violation of its policy. */
  @AfterEach
  void page_any_logsNoError() {
    assertEquals(List.of(), browser.errors());
  }

  @Test
  void list_deliveriesArrive_fillsByItselfAndMovesTheirStatus() throws Exception {
    open();
    DeliveryRequest held = PageStack.genuine("lucid", "agent.started");

    assertEquals(200, stack.post(held));
    String row = row(idOf(held));
    browser.await(row + "?.querySelector('.chip').textContent === 'PROCESSING'");
    stack.release();
    browser.await(row + ".querySelector('.chip').textContent === 'DONE'");
    assertEquals("Lucid", browser.text(row + ".querySelector('.provider').innerText"));
    assertEquals("agent.started", browser.text(row + ".querySelector('.type').textContent"));
    assertEquals("200 accepted", browser.text(row + ".querySelector('.answer').textContent"));

    DeliveryRequest failing = PageStack.genuine("lucid", "budget.warning");
    assertEquals(200, stack.post(failing));
    browser.await(row(idOf(failing)) + "?.querySelector('.again')");
    assertEquals(
        "RECEIVED", browser.text(row(idOf(failing)) + ".querySelector('.chip').textContent"));

    DeliveryRequest hopeless = PageStack.genuine("lucid", "budget.exceeded");
    assertEquals(200, stack.post(hopeless));
    browser.await(row(idOf(hopeless)) + "?.querySelector('.chip').textContent === 'FAILED'");

    assertEquals(401, stack.post(PageStack.genuine("lemma").tampered()));
    browser.await(rows("") + "[0].querySelector('.chip').textContent === 'REFUSED'");
    assertEquals(
        "401 invalid_signature",
        browser.text(rows("") + "[0].querySelector('.answer').textContent"));
    browser.await("document.querySelector('[data-provider=lucid] .all').textContent >= 3");
    browser.await("document.getElementById('announcer').textContent.includes('refused')");
  }

  @Test
  void filters_byProviderStatusAndText_showWhatFits() throws Exception {
    DeliveryRequest mine = PageStack.genuine("lamba", "user.created");
    stack.post(mine);
    stack.post(PageStack.genuine("lamba", "user.deleted").tampered());
    stack.post(PageStack.genuine("lymnus"));
    open();
    browser.await("document.querySelectorAll('.row').length >= 3");

    browser.click("[data-provider=lamba]");
    browser.await(allRows("e.querySelector('.provider').textContent === 'lamba'"));
    assertEquals("true", attribute("[data-provider=lamba]", "aria-pressed"));
    choose("#filter-status", "REFUSED");
    browser.await(allRows("e.querySelector('.chip').textContent === 'REFUSED'"));
    choose("#filter-status", "");
    browser.click("#filter-text");
    browser.type(idOf(mine).substring(0, 20).toUpperCase(Locale.ROOT));
    browser.await("document.querySelectorAll('.row').length === 1");
    assertTrue(browser.text("document.getElementById('count').textContent").startsWith("1 of "));
    browser.type("no such thing");
    browser.await("document.getElementById('empty').innerText.includes('No delivery fits')");
    browser.click("#empty button");
    browser.await("document.querySelectorAll('.row').length >= 3");
    assertEquals("false", attribute("[data-provider=lamba]", "aria-pressed"));
  }

  @Test
  void pane_ofADelivery_showsWhatCameAndWhatBecameOfIt() throws Exception {
    DeliveryRequest request = PageStack.genuine("lymnus", "report.generated");
    stack.post(request);
    stack.post(request);
    stack.post(PageStack.genuine("lymnus", Body.ofUtf8(request.body().utf8() + " ")));
    open();
    browser.await(row(idOf(request)));
    browser.evaluate(rows(idOf(request)) + ".at(-1).click()");

    browser.await(
        "document.querySelector('#pane .log')?.innerText.includes('saw report.generated')");
    String pane = browser.text("document.getElementById('pane').innerText");
    assertTrue(pane.contains("x-lymnus-signature"), pane);
    assertTrue(pane.contains(request.headers().get("X-Lymnus-Signature")), pane);
    assertTrue(
        pane.contains(request.body().size() + " bytes, handed to the function as text"), pane);
    String timeline = browser.text("document.querySelector('.timeline').innerText");
    for (String step :
        List.of(
            "Occurred by the provider's clock",
            "Received",
            "accepted (this one)",
            "Attempt 1 done after ",
            "Done",
            "duplicate",
            "other bytes under this ID")) {
      assertTrue(timeline.contains(step), step + " in " + timeline);
    }
    browser.await("document.querySelector('[aria-label^=\"Body, pretty\"]')");
    String pretty =
        browser.text("document.querySelector('[aria-label^=\"Body, pretty\"]').textContent");
    assertTrue(pretty.contains("\n  \"event\": \"report.generated\","), pretty);
    browser.evaluate(button("Raw") + ".click()");
    assertEquals(
        request.body().utf8(),
        browser.text("document.querySelector('[aria-label=\"Body, raw\"]').textContent"));
    browser.evaluate(button("Hex") + ".click()");
    assertTrue(
        browser
            .text("document.querySelector('[aria-label=\"Body, in hexadecimal\"]').textContent")
            .startsWith("000000  7b 22 69 64 22"));
    // To the conflict, by its link.
    browser.evaluate("[...document.querySelectorAll('.timeline button')].at(-1).click()");
    browser.await("document.querySelector('#pane dl .chip').textContent === 'QUARANTINED'");
    assertEquals(
        "Delivery", browser.text("document.activeElement.tagName === 'H2' ? 'Delivery' : ''"));
  }

  @Test
  void pane_ofARefusedDelivery_saysWhy() throws Exception {
    DeliveryRequest genuine = PageStack.genuine("lymnus", "team.member_removed");
    DeliveryRequest withNewline =
        new DeliveryRequest(
            genuine.provider(), genuine.headers(), Body.ofUtf8(genuine.body().utf8() + "\n"));
    assertEquals(401, stack.post(withNewline));
    open();
    browser.await("document.querySelector('.row .chip').textContent === 'REFUSED'");
    browser.evaluate("document.querySelector('.row:has([data-status=REFUSED])').click()");

    browser.await("document.querySelector('.questions [data-answer=FAILED]')");
    assertEquals(
        "Did a key in use make the signature? failed",
        browser.text(
            "document.querySelector('[data-answer=FAILED] span:nth-child(2)').textContent"));
    String finding = browser.text("document.querySelector('.finding').innerText");
    assertTrue(finding.startsWith("Likely cause: "), finding);
    assertTrue(finding.contains("without the newline at its end"), finding);
    assertTrue(
        browser.text("document.getElementById('pane').innerText").contains("it was not recorded"));
    assertEquals(
        "null", String.valueOf(browser.evaluate("document.querySelector('[data-action=replay]')")));
  }

  /** Its signature held, so it has an ID; the pane offered to replay what was never recorded. */
  @Test
  void pane_ofADeliveryThatIsTooOld_isRefusedAndOffersNoReplay() throws Exception {
    DeliveryRequest stale =
        new Deliveries(new DevelopmentKeys(Map.of()))
            .stale(
                PageStack.provider("lucid"),
                "passport.synced",
                UUID.randomUUID().toString(),
                Instant.now());
    assertEquals(401, stack.post(stale));
    open();
    browser.await(row(idOf(stale)) + "?.querySelector('.chip').textContent === 'REFUSED'");
    browser.evaluate(row(idOf(stale)) + ".click()");

    browser.await("document.querySelector('#pane h2')?.textContent === 'passport.synced'");
    assertEquals("REFUSED", browser.text("document.querySelector('#pane dl .chip').textContent"));
    assertTrue(
        browser.text("document.getElementById('pane').innerText").contains("it was not recorded"));
    assertTrue(browser.evaluate("!document.querySelector('[data-action=replay]')").asBoolean());
  }

  /** Each attempt with its error, as the record has it, also where nobody saw it happen. */
  @Test
  void pane_ofAnEventThatFailsAndIsTriedAgain_tellsEachAttempt() throws Exception {
    DeliveryRequest failing = PageStack.genuine("lucid", "budget.warning");
    stack.post(failing);
    open();
    browser.await(row(idOf(failing)) + "?.querySelector('.again')");
    browser.evaluate(row(idOf(failing)) + ".click()");

    browser.await(moments("Attempt 1 failed after ") + " === 1");
    browser.await(moments("Next attempt") + " === 1");
    assertTrue(
        browser
            .text("document.querySelector('.timeline .error').textContent")
            .endsWith("the bank does not answer for budget.warning"));
    assertEquals("true", attribute("[data-action=replay]", "aria-disabled"));
  }

  @Test
  void pane_openWhileADuplicateArrives_showsItByItself() throws Exception {
    DeliveryRequest request = PageStack.genuine("lemma", "incident.resolved");
    stack.post(request);
    open();
    browser.await(row(idOf(request)) + "?.querySelector('.chip').textContent === 'DONE'");
    browser.evaluate(row(idOf(request)) + ".click()");
    browser.await(moments("Done") + " === 1");

    stack.post(request);

    browser.await(
        "[...document.querySelectorAll('.timeline li')].some((e) => e.textContent.endsWith('"
            + " duplicate'))");
  }

  @Test
  void trouble_ofTheStack_isSeenAndCanBeDismissed() throws Exception {
    open();
    stack.book().troubled("the relay failed: <b>no</b>");
    browser.await("!document.getElementById('trouble').hidden");
    assertEquals(
        "the relay failed: <b>no</b>",
        browser.text("document.getElementById('trouble-text').textContent"));
    browser.click("#trouble-close");
    browser.await("document.getElementById('trouble').hidden");
  }

  @Test
  void pane_replay_hasTheEventHandledAgain() throws Exception {
    DeliveryRequest request = PageStack.genuine("lemma", "incident.dismissed");
    stack.post(request);
    open();
    browser.await(row(idOf(request)) + "?.querySelector('.chip').textContent === 'DONE'");
    browser.evaluate(row(idOf(request)) + ".click()");
    browser.await("document.querySelector('[data-action=replay][aria-disabled=false]')");

    browser.click("[data-action=replay]");

    browser.await("document.querySelector('#pane .actions output').textContent === 'replayed'");
    browser.await(moments("Attempt 1 done") + " === 2");
    browser.await(moments("Replayed") + " === 1");
    browser.await(
        "document.querySelector('.log pre').textContent.trim().split('\\n').length === 2");
    // The button is still the same one, and still has the focus.
    assertEquals("replay", browser.text("document.activeElement.dataset.action"));
  }

  /** It was seen only when a worker of this stack claimed the event, or its pane was opened. */
  @Test
  void list_eventReplayedByAnotherProcess_showsThatItIsOpen() throws Exception {
    DeliveryRequest request = PageStack.genuine("lemma", "incident.dismissed");
    stack.post(request);
    open();
    String chip = row(idOf(request)) + "?.querySelector('.chip').textContent";
    browser.await(chip + " === 'DONE'");

    assertTrue(stack.replayElsewhere(stack.keyOfTheLast()));

    browser.await(chip + " === 'RECEIVED'");
  }

  /** The policy as Chromium understands it, not as it is written. */
  @Test
  void policy_inTheBrowser_forbidsMarkupCodeAndOtherOrigins() throws Exception {
    open();
    for (String forbidden :
        List.of(
            "document.body.innerHTML = '<b>x</b>'",
            "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
            "document.createElement('script').text = '1'",
            "document.createElement('script').src = '/main.js'",
            "new Worker('/main.js')")) {
      assertEquals(
          "forbidden",
          browser.text(
              "(() => { try { "
                  + forbidden
                  + "; return 'done'; } catch { return 'forbidden'; } })()"),
          forbidden);
    }
    for (String tried :
        List.of(
            "fetch('http://127.0.0.1:1/')",
            "new EventSource('http://localhost:1/')",
            "new WebSocket('ws://127.0.0.1:1/')",
            "Object.assign(new Image(), { src: 'http://127.0.0.1:1/x.png' })",
            "document.body.append(Object.assign(document.createElement('iframe'), { src: '/' }))",
            "document.body.setAttribute('style', 'color: red')",
            "document.body.append(Object.assign(document.createElement('style'), { textContent: 'p"
                + " {}' }))",
            "setTimeout('1')",
            "(() => { const f = document.createElement('form'); f.action = '/api/send'; f.method ="
                + " 'post'; document.body.append(f); f.submit(); })()")) {
      assertEquals(
          "forbidden",
          browser.text(
              "new Promise((tell) => { document.addEventListener('securitypolicyviolation', () =>"
                  + " tell('forbidden'), { once: true }); setTimeout(() => tell('done'), 60000);"
                  + " try { Promise.resolve("
                  + tried
                  + ").catch(() => {}); } catch { } })"),
          tried);
    }
    browser.leave();
  }

  @Test
  void pane_copying_takesACommandAndAnEvent() throws Exception {
    DeliveryRequest request = PageStack.genuine("lucid", "passport.created");
    stack.post(request);
    open();
    browser.await(row(idOf(request)));
    browser.evaluate(row(idOf(request)) + ".click()");
    browser.evaluate(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }; 0");

    browser.click("[data-action=curl]");
    browser.await("window.copied?.startsWith('curl ')");
    assertTrue(browser.text("window.copied").contains(stack.url("lucid").toString()));
    browser.click("[data-action=event]");
    browser.await("window.copied?.startsWith('{')");
    JsonNode event = browser.evaluate("JSON.parse(window.copied)");
    assertEquals("POST /webhooks/lucid", event.path("routeKey").asText());
    assertEquals(request.body().utf8(), event.path("body").asText());

    // Where the clipboard is denied, the text can be copied by hand.
    browser.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('no')); 0");
    browser.click("[data-action=curl]");
    browser.await("document.getElementById('copy').open");
    assertTrue(browser.text("document.getElementById('copy-text').value").startsWith("curl "));
    browser.press("Escape");
    browser.await("!document.getElementById('copy').open");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"genuine", "forged", "stale", "duplicate", "doubled", "conflict", "base64"})
  void sample_ofEachKind_isSent(String variant) throws Exception {
    open();
    int before = stack.book().count();
    browser.click("#send-open");
    choose("#send-provider", "lymnus");
    choose("#send-type", "agent.run_failed");
    browser.evaluate("document.querySelector('[value=" + variant + "]').click()");

    browser.click("#send-form [type=submit]");

    String answered =
        switch (variant) {
          case "forged", "stale" -> "Answered 401";
          case "genuine", "base64" -> "Answered 200";
          default -> "Answered 200 and 200";
        };
    browser.await("document.getElementById('send-result').textContent === '" + answered + "'");
    int sent = answered.contains("and") ? 2 : 1;
    browser.await("document.querySelector('[data-provider=lymnus] .all').textContent >= " + sent);
    List<Receipt.Outcome> outcomes = new ArrayList<>();
    while (outcomes.size() < sent) {
      Note.Delivered delivered = stack.book().delivery(before + 1L + outcomes.size());
      if (delivered != null) {
        assertEquals(variant.equals("base64"), delivered.exchange().base64());
        outcomes.add(Objects.requireNonNull(delivered.exchange().receipt()).outcome());
      }
    }
    assertEquals(
        switch (variant) {
          case "forged", "stale" -> List.of(Receipt.Outcome.REFUSED);
          case "genuine", "base64" -> List.of(Receipt.Outcome.ACCEPTED);
          case "conflict" -> List.of(Receipt.Outcome.ACCEPTED, Receipt.Outcome.QUARANTINED);
          default -> List.of(Receipt.Outcome.ACCEPTED, Receipt.Outcome.DUPLICATE);
        },
        outcomes.stream().sorted().toList());
    browser.press("Escape");
    browser.await("!document.getElementById('send').open");
  }

  @Test
  void body_thatTriesToBeMarkup_isShownAsText() throws Exception {
    String markup =
        "</pre><img src=x"
            + " onerror=\"window.owned=1\"><script>window.owned=1</script><style>*{display:none}</style>";
    String body =
        "{\"id\":\"<b>"
            + UUID.randomUUID()
            + "</b><img src=x onerror=window.owned=1>\\u202e\",\"event\":\"<i>"
            + markup.replace("\"", "\\\"").replace("/", "\\/")
            + "</i>\",\"created\":\""
            + Instant.now()
            + "\",\"data\":\""
            + markup.replace("\"", "\\\"")
            + "\"}";
    DeliveryRequest request = PageStack.genuine("lymnus", Body.ofUtf8(body));
    assertEquals(200, stack.post(request));
    assertEquals(
        401,
        stack.post(
            new DeliveryRequest(
                request.provider(),
                Map.of("Content-Type", "text/html", "X-Lymnus-Signature", markup),
                Body.ofUtf8(markup))));
    open();
    for (String status : List.of("REFUSED", "DONE")) {
      browser.await("document.querySelector('.row:has([data-status=" + status + "])')");
      browser.evaluate(
          "[...document.querySelectorAll('.row:has([data-status="
              + status
              + "])')].sort((a, b) => a.ariaPosInSet - b.ariaPosInSet)[0].click()");
      browser.await("document.querySelector('#pane dl .chip')?.textContent === '" + status + "'");
      browser.await("document.getElementById('pane').textContent.includes('onerror')");
      browser.await("document.querySelector('#pane .views')");
      for (String view : List.of("Raw", "Hex")) {
        browser.evaluate(button(view) + ".click()");
      }
      assertEquals(
          "0 0 0",
          browser.text(
              "[...document.querySelectorAll('main img, main script, main style')].length + ' ' +"
                  + " document.querySelectorAll('.row b b, .row i, #pane i').length + ' ' +"
                  + " Number(Boolean(window.owned))"));
    }
    browser.evaluate(button("Raw") + ".click()");
    assertEquals(
        body, browser.text("document.querySelector('[aria-label=\"Body, raw\"]').textContent"));
    // What turns the direction of text is spelled out in a name.
    assertTrue(browser.text("document.querySelector('#pane .top').innerText").contains("\\u202e"));
  }

  @Test
  void list_ofTenThousand_holdsFewInTheDocumentAndFindsEach() throws Exception {
    try (PageStack crowded = new PageStack(null, 0)) {
      for (int i = 1; i <= MANY + 5; i++) {
        crowded.book().answered(refused(i));
      }
      assertEquals(MANY, crowded.book().count());
      browser.open(crowded.address());
      browser.await("document.getElementById('count').textContent === '10,000 deliveries'");
      browser.await("document.querySelectorAll('.row').length > 10");
      assertTrue(rowCount() < 100, rowCount() + " rows");
      assertEquals("10000", attribute(".row", "aria-setsize"));

      browser.evaluate("document.getElementById('list').focus()");
      browser.press("End");
      browser.await("document.querySelector('[aria-selected=true]')?.ariaPosInSet === '10000'");
      assertTrue(rowCount() < 100, rowCount() + " rows");
      browser.await("document.querySelector('#pane .eyebrow')?.textContent.endsWith('delivery 6')");
      String looking = browser.text("document.querySelector('[aria-selected=true]').id");

      // What comes in meanwhile does not move what is looked at.
      for (int i = 1; i <= 30; i++) {
        crowded.book().answered(refused(MANY + 5 + i));
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
      assertTrue(rowCount() < 100, rowCount() + " rows");
      browser.leave();
    }
  }

  private static Exchange refused(int number) {
    String reason = number % 100 == 0 ? "malformed_timestamp" : "invalid_signature";
    Reply reply = new Reply(401, Map.of(), "{\"error\":\"" + reason + "\"}");
    return new Exchange(
        "lemma",
        Instant.EPOCH.plusSeconds(number),
        Duration.ofMillis(1),
        Map.of("content-type", "application/json"),
        Body.ofUtf8("{\"number\":" + number + "}"),
        false,
        new Receipt(
            "lemma",
            Receipt.Outcome.REFUSED,
            reason,
            null,
            null,
            null,
            Origin.UNKNOWN,
            false,
            false,
            null,
            null,
            Map.of(),
            null,
            reply),
        reply);
  }

  @Test
  void page_byKeyboardAlone_canDoEverything() throws Exception {
    stack.post(PageStack.genuine("lamina"));
    stack.post(PageStack.genuine("lemma"));
    open();
    browser.await("document.querySelectorAll('.row').length >= 2");

    List<String> order = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
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
            "list"),
        order);

    browser.press("/");
    assertEquals("filter-text", browser.text("document.activeElement.id"));
    browser.press("Tab", "Tab");
    assertEquals("list", browser.text("document.activeElement.id"));
    browser.press("Home", "ArrowDown");
    browser.await("document.querySelector('[aria-selected=true]')?.ariaPosInSet === '2'");
    assertEquals(
        browser.text("document.querySelector('[aria-selected=true]').id"),
        attribute("#list", "aria-activedescendant"));
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
    int before = stack.book().count();
    assertEquals("send-provider", browser.text("document.activeElement.id"));
    browser.press("Tab", "Tab", "Tab", "Enter");
    browser.await("document.getElementById('send-result').textContent.startsWith('Answered')");
    assertTrue(stack.book().count() > before);
    browser.press("Escape");
    browser.await("document.activeElement.id === 'send-open'");
  }

  @Test
  void controls_allOfThem_haveNamesAndLandmarks() throws Exception {
    stack.post(PageStack.genuine("lemma"));
    open();
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
    open();
    browser.await(row(idOf(request)));
    assertFits();
    assertEquals("none", browser.text("getComputedStyle(document.getElementById('pane')).display"));

    browser.click(selectorOf(idOf(request)));
    browser.await("document.querySelector('#pane .top')");
    assertEquals(
        "none", browser.text("getComputedStyle(document.querySelector('.overview')).display"));
    assertFits();
    browser.evaluate("document.querySelector('#pane details').open = true");
    assertFits();
    browser.click("#pane .back");
    browser.await("document.activeElement.id === 'list'");
    assertEquals("none", browser.text("getComputedStyle(document.getElementById('pane')).display"));
    browser.click("#send-open");
    assertFits();
    browser.press("Escape");
  }

  private static void assertFits() {
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
    open();
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

  @Test
  void page_stackIsStartedAgain_goesOnWithoutAReload(@TempDir Path directory) throws Exception {
    int port;
    DeliveryRequest before = PageStack.genuine("lemma");
    try (PageStack first = new PageStack(directory, 0)) {
      port = first.url().getPort();
      browser.open(first.address());
      browser.await("document.getElementById('connection').dataset.live === 'true'");
      first.post(before);
      first.post(PageStack.genuine("lemma").tampered());
      browser.await("document.querySelector('.chip[data-status=DONE]')");
      browser.await("document.querySelectorAll('.row').length === 2");
      browser.evaluate("window.sameDocument = true");
    }
    browser.await("document.getElementById('connection').dataset.live === 'false'");

    try (PageStack second = new PageStack(directory, port)) {
      browser.await("document.getElementById('connection').dataset.live === 'true'");
      browser.await("document.querySelectorAll('.row').length === 2");
      assertEquals("DONE", browser.text(row(idOf(before)) + ".querySelector('.chip').textContent"));
      second.post(PageStack.genuine("lamina"));
      browser.await("document.querySelectorAll('.row').length === 3");
      // What was done while nobody looked on is told by the record; the refusal, by the book.
      browser.await("document.querySelector('.chip[data-status=REFUSED]')");
      // The token is another one now.
      browser.evaluate(row(idOf(before)) + ".click()");
      browser.click("[data-action=replay]");
      browser.await(moments("Attempt 1 done") + " === 2");
      assertTrue(browser.evaluate("window.sameDocument").asBoolean());
      // While the stack was down, the browser has said so in its log.
      browser.leave();
    }
  }

  @Test
  void screenshots_forTheReadme_areMadeOnDemand() throws Exception {
    String folder = System.getProperty("hookset.screenshots", "");
    Assumptions.assumeFalse(
        folder.isEmpty(), "left out: -Dhookset.screenshots=<folder> has them made");
    try (PageStack fresh = new PageStack(null, 0)) {
      for (String provider : List.of("lamba", "lamina", "lymnus", "lemma", "lucid")) {
        for (String type : Samples.types(PageStack.provider(provider)).stream().limit(4).toList()) {
          fresh.post(PageStack.genuine(provider, type));
        }
      }
      DeliveryRequest twice = PageStack.genuine("lymnus", "report.generated");
      fresh.post(twice);
      fresh.post(twice);
      fresh.post(PageStack.genuine("lucid", "budget.warning"));
      fresh.post(PageStack.genuine("lamba", "session.created").tampered());
      fresh.post(PageStack.genuine("lucid", "budget.exceeded"));
      fresh.post(PageStack.genuine("lemma", "incident.resolved"));
      fresh.post(PageStack.genuine("lucid", "agent.started"));
      DeliveryRequest changed = PageStack.genuine("lymnus", "extraction.completed");
      fresh.post(
          new DeliveryRequest(
              changed.provider(), changed.headers(), Body.ofUtf8(changed.body().utf8() + "\n")));
      browser.size(1360, 850);
      for (String scheme : List.of("light", "dark")) {
        browser.prefer(scheme);
        browser.open(fresh.address());
        browser.await("document.querySelector('.row')");
        String status = scheme.equals("light") ? "REFUSED" : "FAILED";
        browser.await("document.querySelector('.row .chip[data-status=" + status + "]')");
        browser.evaluate(
            "[...document.querySelectorAll('.row:has([data-status="
                + status
                + "])')].sort((a, b) => a.ariaPosInSet - b.ariaPosInSet)[0].click()");
        browser.await("document.querySelector('#pane .views')");
        browser.evaluate("document.activeElement.blur()");
        Files.write(Path.of(folder, "page-" + scheme + ".png"), browser.screenshot());
      }
      browser.leave();
    }
  }

  private static void open() throws InterruptedException {
    browser.open(stack.address());
    browser.await("document.getElementById('connection').dataset.live === 'true'");
  }

  private static String idOf(DeliveryRequest request) {
    String body = request.body().utf8();
    // Each sample bears a UUID or the digits of one.
    Matcher id =
        Pattern.compile("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
            .matcher(body);
    String last = "";
    while (id.find()) {
      last = id.group();
    }
    return last;
  }

  private static String rows(String id) {
    return "[...document.querySelectorAll('.row')].sort((a, b) => a.ariaPosInSet - b.ariaPosInSet)"
        + ".filter((e) => e.querySelector('.id').textContent.includes('"
        + id
        + "'))";
  }

  private static String row(String id) {
    return rows(id) + "[0]";
  }

  private static String selectorOf(String id) {
    return "#" + browser.text(row(id) + ".id");
  }

  private static String moments(String words) {
    return "[...document.querySelectorAll('.timeline li > span:last-child')].filter((e) =>"
        + " e.textContent.startsWith('"
        + words
        + "')).length";
  }

  private static String allRows(String condition) {
    return "document.querySelectorAll('.row').length > 0 &&"
        + " [...document.querySelectorAll('.row')].every((e) => "
        + condition
        + ")";
  }

  private static int rowCount() {
    return browser.evaluate("document.querySelectorAll('.row').length").asInt();
  }

  private static String button(String words) {
    return "[...document.querySelectorAll('#pane button')].find((e) => e.textContent === '"
        + words
        + "')";
  }

  private static String attribute(String selector, String name) {
    return browser.text("document.querySelector('" + selector + "').getAttribute('" + name + "')");
  }

  private static void choose(String selector, String value) {
    browser.evaluate(
        "(() => { const e = document.querySelector('"
            + selector
            + "'); e.value = '"
            + value
            + "'; e.dispatchEvent(new Event('change', { bubbles: true })); })()");
  }
}
