package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import dev.hookset.Body;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Records;
import dev.hookset.local.page.DeliveryLog;
import dev.hookset.local.page.Page;
import dev.hookset.local.page.PageSecret;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.Samples;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Reply;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How soon the page of a local stack has what is asked of it, and for how long its tab stands
 * still, in a real Chromium. The stack runs on the same CPUs, as it does on a laptop.
 */
final class PageInChromium {
  private static final String SENDER = "lemma";
  private static final int MIB_4 = 4 * 1024 * 1024;
  private static final int BODY_CHARS = 2_000;

  /** One body of so many has the marker. */
  private static final int EVERY = 100;

  private static final int SEARCHES = 7;

  /** Notes each task of more than 50 ms: a browser tells of no others. */
  private static final String TASKS =
      """
      window.tasks = [];
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)))
        .observe({ type: 'longtask', buffered: true });
      """;

  private final DeliveryLog log;
  private final com.microsoft.playwright.Page tab;
  private final List<String> rows = new ArrayList<>();
  private int deliveries;

  private PageInChromium(DeliveryLog log, com.microsoft.playwright.Page tab) {
    this.log = log;
    this.tab = tab;
  }

  static void run(Path checkout, Path results) throws IOException, InterruptedException {
    Machine machine = Machine.look();
    InstantSource clock = InstantSource.system();
    try (DeliveryLog log = new DeliveryLog(clock);
        LocalStack stack =
            LocalStack.start(
                Template.read(checkout.resolve("template.yaml")),
                new LocalStack.Settings(null, 0, 0, 0, 0, Map.of(), Routes.builder().build()),
                clock,
                log);
        Page page = page(checkout, stack, log, clock);
        Playwright playwright =
            Playwright.create(
                new Playwright.CreateOptions()
                    .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser chromium =
            playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions().setExecutablePath(chromium()))) {
      stack.open(page);
      com.microsoft.playwright.Page tab = chromium.newPage();
      tab.setDefaultTimeout((double) Duration.ofMinutes(2).toMillis());
      tab.addInitScript(TASKS);
      tab.navigate(page.address(stack.page()).toString());
      PageInChromium measured = new PageInChromium(log, tab);
      measured.search(2_000);
      measured.search(10_000);
      for (Map.Entry<String, byte[]> body : bodies().entrySet()) {
        measured.show(body.getKey(), body.getValue());
      }
      Files.writeString(results.resolve("page.md"), measured.report(machine));
    }
  }

  private static Page page(Path checkout, LocalStack stack, DeliveryLog log, InstantSource clock) {
    Records records = new Records(stack.dynamoDb(), LocalStack.TABLE, _ -> {});
    DevelopmentKeys keys = new DevelopmentKeys(Map.of());
    return new Page(
        log,
        stack.inbox(),
        records,
        new Operator(
            stack.dynamoDb(), LocalStack.TABLE, records, stack.inbox(), stack.queue(), clock),
        stack.providers(),
        new Deliveries(keys, new Samples(checkout)),
        keys.verificationVariables(Providers.named(SENDER).orElseThrow()),
        stack::url,
        stack::url,
        clock,
        PageSecret.random(),
        log::troubled);
  }

  private static Path chromium() throws IOException, InterruptedException {
    String named = System.getenv("HOOKSET_CHROMIUM");
    String found = named == null ? Machine.said(List.of("which", "chromium")) : named;
    if (found == null) {
      throw new IOException("there is no Chromium on the PATH; name one in HOOKSET_CHROMIUM");
    }
    return Path.of(found);
  }

  /** The bodies that are hard to show, by what they are. */
  private static Map<String, byte[]> bodies() {
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    bodies.put("one line", ("\"" + "x".repeat(MIB_4 - 2) + "\"").getBytes(UTF_8));
    StringBuilder keys = new StringBuilder("{");
    for (int i = 0; i < 320_000; i++) {
      keys.append("\"k").append(i).append("\":0,");
    }
    bodies.put("320,000 names", keys.append("\"last\":0}").toString().getBytes(UTF_8));
    bodies.put("800,000 members", ("{" + "\"\":0,".repeat(800_000) + "\"\":0}").getBytes(UTF_8));
    bodies.put("2,000,000 numbers", ("[" + "0,".repeat(MIB_4 / 2 - 1) + "0]").getBytes(UTF_8));
    bodies.put("deep nesting", ("[".repeat(MIB_4 / 2) + "]".repeat(MIB_4 / 2)).getBytes(UTF_8));
    bodies.put("lines", "not JSON\n".repeat(MIB_4 / 9).getBytes(UTF_8));
    byte[] noise = new byte[MIB_4];
    new Random(7).nextBytes(noise);
    bodies.put("binary", noise);
    return bodies;
  }

  /** Types a text that only bodies have, and waits for the first row. */
  private void search(int count) throws InterruptedException {
    while (deliveries < count) {
      String marker = deliveries % EVERY == 0 ? "needle" : "nothing";
      String body =
          "{\"text\":\"" + "x".repeat(BODY_CHARS - 30) + " " + marker + " " + deliveries + "\"}";
      come(body.getBytes(UTF_8));
    }
    tab.reload();
    tab.waitForCondition(() -> number("document.querySelectorAll('.row').length") > 0);
    settle();
    List<Double> first = new ArrayList<>();
    tab.evaluate("tasks.length = 0");
    for (int i = 0; i < SEARCHES; i++) {
      // The newest, one in the middle, and the oldest hit are all looked for.
      String text = i % 2 == 0 ? "needle" : "needle " + (i * count / SEARCHES / EVERY * EVERY);
      first.add(number(searching(text)));
      tab.evaluate("(() => { " + typing("") + " })()");
      settle();
    }
    first.sort(null);
    rows.add(
        row(
            "search %,d deliveries of %,d bytes: first hits".formatted(count, BODY_CHARS),
            "%.0f (%.0f to %.0f)"
                .formatted(first.get(SEARCHES / 2), first.getFirst(), first.getLast())));
  }

  private static String typing(String text) {
    return "const field = document.getElementById('filter-text'); field.value = '"
        + text
        + "'; field.dispatchEvent(new Event('input'));";
  }

  /** From the key stroke until a frame with a hit has been drawn. */
  private static String searching(String text) {
    return "new Promise((found) => { const all ="
        + " Number(document.querySelector('.row').ariaSetSize); const start = performance.now();"
        + " const look = () => { const row = document.querySelector('.row');"
        + " if (row && Number(row.ariaSetSize) < all) { found(performance.now() - start); }"
        + " else { requestAnimationFrame(look); } };"
        + typing(text)
        + " requestAnimationFrame(look); })";
  }

  /** Opens a delivery, goes to the body's end, folds and unfolds it, compares and edits it. */
  private void show(String what, byte[] bytes) throws InterruptedException {
    come(bytes);
    settle();
    tab.evaluate("tasks.length = 0");
    rows.add(row("4 MiB, " + what + ": open", open("#" + deliveries)));
    for (String button : List.of("Collapse all", "Expand all", "Raw", "Hex", "Edit and resend")) {
      String element =
          "[...document.querySelectorAll('#pane button')].find((e) =>"
              + " e.textContent.startsWith('"
              + button
              + "'))";
      tab.evaluate("tasks.length = 0");
      if (Boolean.TRUE.equals(tab.evaluate("Boolean(" + element + ")"))) {
        tab.evaluate(element + ".click()");
        settle();
        rows.add(row("4 MiB, " + what + ": " + button, ""));
      }
    }
    tab.keyboard().press("Escape");
    tab.evaluate("tasks.length = 0");
    tab.evaluate("location.hash = '#%d?compare=%d'".formatted(deliveries, deliveries - 1));
    settle();
    rows.add(row("4 MiB, " + what + ": Compare with the one before", ""));
    tab.keyboard().press("Escape");
    settle();
  }

  /** From the choice until a frame with the body has been drawn, in milliseconds. */
  private String open(String hash) {
    double shown =
        number(
            "new Promise((shown) => { const before = document.querySelector('#pane .views');"
                + " const start = performance.now(); const look = () => { const now ="
                + " document.querySelector('#pane .views'); if (now && now !== before) {"
                + " requestAnimationFrame(() => shown(performance.now() - start)); } else {"
                + " requestAnimationFrame(look); } }; location.hash = '"
                + hash
                + "'; requestAnimationFrame(look); })");
    // Why it is refused is looked for on the same CPUs, which takes longer than all the rest.
    tab.waitForCondition(
        () -> number("document.querySelectorAll('#pane [aria-busy]').length") == 0);
    settle();
    return "%.0f".formatted(shown);
  }

  private void come(byte[] body) {
    log.answered(
        new Exchange(
            SENDER,
            Instant.now(),
            Duration.ZERO,
            Map.of("content-type", "application/json", "x-lemma-signature", "00"),
            Body.wrap(body),
            false,
            null,
            new Reply(413, Map.of(), null)));
    deliveries++;
  }

  /** Waits until the tab and the stack have had nothing to do for a while. */
  private void settle() {
    tab.evaluate(
        "new Promise((idle) => { let quiet = 0; const look = () => { quiet += 1; if (quiet > 20) {"
            + " idle(); } else { setTimeout(() => requestIdleCallback(look), 100); } }; look(); })");
  }

  private double number(String expression) {
    return ((Number) tab.evaluate(expression)).doubleValue();
  }

  private String row(String what, String milliseconds) {
    @SuppressWarnings("unchecked") // Numbers, as the script above keeps them.
    List<Number> tasks = (List<Number>) tab.evaluate("tasks");
    double longest = tasks.stream().mapToDouble(Number::doubleValue).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s |",
        what,
        milliseconds,
        longest == 0 ? "under 50" : "%.0f".formatted(longest));
  }

  private String report(Machine machine) {
    return "# The page\n\n<!-- Written by benchmarks/run. -->\n\n"
        + machine.markdown()
        + String.format(
            Locale.ROOT,
            """

            In %s, with a local stack on the same CPUs. Of %d searches the median, the fastest and the slowest; all else once.
            Goals: first hits within 100 ms at 2,000 deliveries; a body of 4 MiB open within 1,000 ms; no task of the tab over
            100 ms.

            | what | ms | longest task of the tab, ms |
            |---|---|---|
            """,
            tab.context().browser().browserType().name() + " " + tab.context().browser().version(),
            SEARCHES)
        + String.join("\n", rows)
        + "\n";
  }
}
