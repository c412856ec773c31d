package dev.hookset.local.page;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.Exchange;
import dev.hookset.receive.Receipt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as a user has it: in a real Chromium, over a stack that runs. */
@ExtendWith(SharedBrowser.class)
final class PageInBrowserTest {
  private final Browser browser;
  private final PageStack stack;

  PageInBrowserTest(Browser browser, PageStack stack) {
    this.browser = browser;
    this.stack = stack;
  }

  @Test
  void list_deliveriesArrive_fillsByItselfAndMovesTheirStatus() throws Exception {
    browser.open(stack);
    DeliveryRequest held = PageStack.genuine("lucid", "agent.started");

    assertEquals(200, stack.post(held));
    String row = PageScript.row(PageStack.idOf(held));
    browser.await(row + "?.querySelector('.chip').textContent === 'PROCESSING'");
    stack.release();
    browser.await(row + ".querySelector('.chip').textContent === 'DONE'");
    assertEquals("Lucid", browser.text(row + ".querySelector('.provider').innerText"));
    assertEquals("agent.started", browser.text(row + ".querySelector('.type').textContent"));
    assertEquals("200 accepted", browser.text(row + ".querySelector('.answer').textContent"));

    DeliveryRequest failing = PageStack.genuine("lucid", "budget.warning");
    assertEquals(200, stack.post(failing));
    browser.await(PageScript.row(PageStack.idOf(failing)) + "?.querySelector('.again')");
    assertEquals(
        "RECEIVED",
        browser.text(
            PageScript.row(PageStack.idOf(failing)) + ".querySelector('.chip').textContent"));

    DeliveryRequest hopeless = PageStack.genuine("lucid", "budget.exceeded");
    assertEquals(200, stack.post(hopeless));
    browser.await(
        PageScript.row(PageStack.idOf(hopeless))
            + "?.querySelector('.chip').textContent === 'FAILED'");

    assertEquals(401, stack.post(PageStack.genuine("lemma").tampered()));
    browser.await(PageScript.rows("") + "[0].querySelector('.chip').textContent === 'REFUSED'");
    assertEquals(
        "401 invalid_signature",
        browser.text(PageScript.rows("") + "[0].querySelector('.answer').textContent"));
    browser.await("document.querySelector('[data-provider=lucid] .all').textContent >= 3");
    browser.await("document.getElementById('announcer').textContent.includes('refused')");
  }

  @Test
  void filters_byProviderStatusAndText_showWhatFits() throws Exception {
    DeliveryRequest mine = PageStack.genuine("lamba", "user.created");
    stack.post(mine);
    stack.post(PageStack.genuine("lamba", "user.deleted").tampered());
    stack.post(PageStack.genuine("lymnus"));
    browser.open(stack);
    browser.await("document.querySelectorAll('.row').length >= 3");

    browser.click("[data-provider=lamba]");
    browser.await(PageScript.allRows("e.querySelector('.provider').textContent === 'Lamba'"));
    assertEquals("true", browser.attribute("[data-provider=lamba]", "aria-pressed"));
    browser.choose("#filter-status", "REFUSED");
    browser.await(PageScript.allRows("e.querySelector('.chip').textContent === 'REFUSED'"));
    browser.choose("#filter-status", "");
    browser.click("#filter-text");
    browser.type(PageStack.idOf(mine).substring(0, 20).toUpperCase(Locale.ROOT));
    browser.await("document.querySelectorAll('.row').length === 1");
    assertTrue(browser.text("document.getElementById('count').textContent").startsWith("1 of "));
    browser.type("no such thing");
    browser.await("document.getElementById('empty').innerText.includes('No delivery fits')");
    browser.click("#empty button");
    browser.await("document.querySelectorAll('.row').length >= 3");
    assertEquals("false", browser.attribute("[data-provider=lamba]", "aria-pressed"));
  }

  @Test
  void pane_ofADelivery_showsWhatCameAndWhatBecameOfIt() throws Exception {
    DeliveryRequest request = PageStack.genuine("lymnus", "report.generated");
    stack.post(request);
    stack.post(request);
    stack.post(PageStack.genuine("lymnus", Body.ofUtf8(request.body().utf8() + " ")));
    browser.open(stack);
    browser.await(PageScript.row(PageStack.idOf(request)));
    browser.evaluate(PageScript.rows(PageStack.idOf(request)) + ".at(-1).click()");

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
    browser.evaluate(PageScript.button("Raw") + ".click()");
    assertEquals(
        request.body().utf8(),
        browser.text("document.querySelector('[aria-label=\"Body, raw\"]').textContent"));
    browser.evaluate(PageScript.button("Hex") + ".click()");
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
    browser.open(stack);
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
        new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES)
            .stale(
                PageStack.provider("lucid"),
                "passport.synced",
                UUID.randomUUID().toString(),
                Instant.now());
    assertEquals(401, stack.post(stale));
    browser.open(stack);
    browser.await(
        PageScript.row(PageStack.idOf(stale))
            + "?.querySelector('.chip').textContent === 'REFUSED'");
    browser.evaluate(PageScript.row(PageStack.idOf(stale)) + ".click()");

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
    browser.open(stack);
    browser.await(PageScript.row(PageStack.idOf(failing)) + "?.querySelector('.again')");
    browser.evaluate(PageScript.row(PageStack.idOf(failing)) + ".click()");

    browser.await(PageScript.moments("Attempt 1 failed after ") + " === 1");
    browser.await(PageScript.moments("Next attempt") + " === 1");
    assertTrue(
        browser
            .text("document.querySelector('.timeline .error').textContent")
            .endsWith("the bank does not answer for budget.warning"));
    assertEquals("true", browser.attribute("[data-action=replay]", "aria-disabled"));
  }

  /** "Nothing yet." was said of a handler that had failed for good. */
  @Test
  void pane_ofAHandlerThatFailedSilently_doesNotSayThatItIsStillToCome() throws Exception {
    for (String type : List.of("budget.exceeded", "budget.warning")) {
      DeliveryRequest failing = PageStack.genuine("lucid", type);
      stack.post(failing);
      browser.open(stack);
      String row = PageScript.row(PageStack.idOf(failing));
      browser.await(row);
      browser.evaluate(row + ".click()");

      browser.await(
          "document.getElementById('pane').innerText.includes('Nothing was printed. The timeline"
              + " has the error')");
      assertFalse(
          browser.text("document.getElementById('pane').innerText").contains("Nothing yet"));
    }
  }

  /** An open tab kept the list of providers that it was told first, also in its dialog. */
  @Test
  void providers_otherAfterARestart_areShownByAnOpenTab() {
    String before =
        """
        retry: 50
        event: snapshot
        data: {"token":"t","providers":[{"name":"lemma","types":["a"]},{"name":"old","types":["b"]}],\
        "deliveries":[],"events":[]}

        """;
    String after = before.replace("old", "new").replace("\"a\"", "\"c\"");
    AtomicReference<String> feed = new AtomicReference<>(before);
    try {
      browser.answer("/api/feed", feed::get);
      browser.open(stack.address());
      browser.await("document.querySelector('[data-provider=old]')");
      browser.evaluate("document.querySelector('[data-provider=old]').click()");
      browser.evaluate("document.getElementById('send-provider').value = 'lemma'");

      feed.set(after);
      browser.await("document.querySelector('[data-provider=new]')");
      browser.await("!document.querySelector('[data-provider=old]')");
      assertEquals(
          "lemma,new lemma c",
          browser.text(
              "[...document.getElementById('send-provider').options].map((o) => o.value).join() + '"
                  + " ' + document.getElementById('send-provider').value + ' ' +"
                  + " document.getElementById('send-type').value"));
      // What was chosen is not there any more, so that nothing is hidden by it.
      browser.await("!document.querySelector('[aria-pressed=true]')");
    } finally {
      browser.answerNothing();
      browser.leave();
    }
  }

  @Test
  void pane_openWhileADuplicateArrives_showsItByItself() throws Exception {
    DeliveryRequest request = PageStack.genuine("lemma", "incident.resolved");
    openWhenDone(request);
    browser.await(PageScript.moments("Done") + " === 1");

    stack.post(request);

    browser.await(
        "[...document.querySelectorAll('.timeline li')].some((e) => e.textContent.endsWith('"
            + " duplicate'))");
  }

  /** Posts a delivery, and opens its pane once its event is done. */
  private void openWhenDone(DeliveryRequest request) throws Exception {
    stack.post(request);
    browser.open(stack);
    browser.await(
        PageScript.row(PageStack.idOf(request))
            + "?.querySelector('.chip').textContent === 'DONE'");
    browser.evaluate(PageScript.row(PageStack.idOf(request)) + ".click()");
  }

  @Test
  void trouble_ofTheStack_isSeenAndCanBeDismissed() throws Exception {
    browser.open(stack);
    stack.log().troubled("the relay failed: <b>no</b>");
    browser.await("!document.getElementById('trouble').hidden");
    assertEquals(
        "the relay failed: <b>no</b>",
        browser.text("document.getElementById('trouble-text').textContent"));
    browser.click("#trouble-close");
    browser.await("document.getElementById('trouble').hidden");
  }

  /** What javac said of a saved handler stood in the terminal alone, and the page looked well. */
  @Test
  void savedHandlers_doNotCompile_areToldUntilTheyDo() throws Exception {
    stack.log().reloaded("Handlers.java:7: error: ';' expected\n    return null\n               ^");
    browser.open(stack);

    browser.await("!document.getElementById('flaw').hidden");
    assertEquals(
        "Handlers.java:7: error: ';' expected\n    return null\n               ^",
        browser.text("document.getElementById('flaw-text').textContent"));

    stack.log().reloaded(null);
    browser.await("document.getElementById('flaw').hidden");
  }

  @Test
  void pane_replay_hasTheEventHandledAgain() throws Exception {
    DeliveryRequest request = PageStack.genuine("lemma", "incident.dismissed");
    openWhenDone(request);
    browser.await("document.querySelector('[data-action=replay][aria-disabled=false]')");

    browser.click("[data-action=replay]");

    browser.await("document.querySelector('#pane .actions output').textContent === 'replayed'");
    browser.await(PageScript.moments("Attempt 1 done") + " === 2");
    browser.await(PageScript.moments("Replayed") + " === 1");
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
    browser.open(stack);
    String chip = PageScript.row(PageStack.idOf(request)) + "?.querySelector('.chip').textContent";
    browser.await(chip + " === 'DONE'");

    assertTrue(stack.replayElsewhere(stack.keyOfTheLast()));

    browser.await(chip + " === 'RECEIVED'");
  }

  /** The policy as Chromium understands it, not as it is written. */
  @Test
  void policy_inTheBrowser_forbidsMarkupCodeAndOtherOrigins() throws Exception {
    browser.open(stack);
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
  void pane_savedAsAFixture_isTheEventWithoutWhatIsPersonal() throws Exception {
    DeliveryRequest request = PageStack.genuine("lamba", "user.created");
    stack.post(request);
    browser.open(stack);
    browser.await(PageScript.row(PageStack.idOf(request)));
    browser.evaluate(PageScript.row(PageStack.idOf(request)) + ".click()");
    browser.evaluate(
        "const make = URL.createObjectURL; URL.createObjectURL = (blob) => {"
            + " blob.text().then((text) => { window.saved = text; }); return make.call(URL, blob); }; 0");

    browser.click("[data-action=fixture]");
    browser.await("window.saved?.startsWith('{')");

    JsonNode fixture = browser.evaluate("JSON.parse(window.saved)");
    assertEquals("user.created", fixture.path("type").asText());
    assertEquals("evt_" + PageStack.idOf(request), fixture.path("eventId").asText());
    assertEquals("person1@example.com", fixture.path("body").path("data").path("email").asText());
    browser.await(
        "document.querySelector('.actions output').textContent"
            + ".endsWith('Replaced: $.data.email (e-mail address)')");
  }

  @Test
  void pane_copying_takesACommandAndAnEvent() throws Exception {
    DeliveryRequest request = PageStack.genuine("lucid", "passport.created");
    stack.post(request);
    browser.open(stack);
    browser.await(PageScript.row(PageStack.idOf(request)));
    browser.evaluate(PageScript.row(PageStack.idOf(request)) + ".click()");
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
    browser.open(stack);
    int before = stack.log().count();
    browser.click("#send-open");
    browser.choose("#send-provider", "lymnus");
    browser.choose("#send-type", "agent.run_failed");
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
    for (int i = 1; i <= sent; i++) {
      Exchange exchange = stack.delivery(before + i);
      assertEquals(variant.equals("base64"), exchange.base64());
      outcomes.add(Objects.requireNonNull(exchange.receipt()).outcome());
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
    browser.open(stack);
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
        browser.evaluate(PageScript.button(view) + ".click()");
      }
      assertEquals(
          "0 0 0",
          browser.text(
              "[...document.querySelectorAll('main img, main script, main style')].length + ' ' +"
                  + " document.querySelectorAll('.row b b, .row i, #pane i').length + ' ' +"
                  + " Number(Boolean(window.owned))"));
    }
    browser.evaluate(PageScript.button("Raw") + ".click()");
    assertEquals(
        body, browser.text("document.querySelector('[aria-label=\"Body, raw\"]').textContent"));
    // What turns the direction of text is spelled out in a name.
    assertTrue(browser.text("document.querySelector('#pane .top').innerText").contains("\\u202e"));
  }

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
      assertEquals(
          "DONE",
          browser.text(
              PageScript.row(PageStack.idOf(before)) + ".querySelector('.chip').textContent"));
      second.post(PageStack.genuine("lamina"));
      browser.await("document.querySelectorAll('.row').length === 3");
      // What was done while nobody looked on is told by the record; the refusal, by the log.
      browser.await("document.querySelector('.chip[data-status=REFUSED]')");
      // The token is another one now.
      browser.evaluate(PageScript.row(PageStack.idOf(before)) + ".click()");
      browser.click("[data-action=replay]");
      browser.await(PageScript.moments("Attempt 1 done") + " === 2");
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
        for (String type : SAMPLES.types(PageStack.provider(provider)).stream().limit(4).toList()) {
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
        browser.await("!document.querySelector('#pane [aria-busy]')");
        browser.evaluate("document.activeElement.blur()");
        Files.write(Path.of(folder, "page-" + scheme + ".png"), browser.screenshot());
      }
      browser.leave();
    }
  }
}
