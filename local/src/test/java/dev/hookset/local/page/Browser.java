package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.WaitUntilState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A headless Chromium with one page, driven by Playwright. What a page logs as an error is kept, a
 * violation of its content security policy included. To be used by one thread.
 */
final class Browser implements AutoCloseable {
  /** How long a machine that is busy with other things may take. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final JsonMapper JSON = new JsonMapper();

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;
  private final Page page;
  private final List<String> errors = new ArrayList<>();

  /** Starts it; nothing is downloaded. */
  Browser(Path executable) {
    this.playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    this.chromium =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    .setArgs(List.of("--disable-gpu")) // Or it imitates one, at a CPU's expense.
                    .setTimeout((double) PATIENCE.toMillis()));
    this.page = chromium.newContext().newPage();
    page.setDefaultTimeout((double) PATIENCE.toMillis());
    page.onPageError(errors::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            errors.add(message.text());
          }
        });
  }

  /**
   * Goes to a page, and waits until it is loaded. What the one before it has logged is forgotten.
   */
  void open(URI url) {
    // Not by way of about:blank, for which the browser starts a process, and one more to come back.
    page.navigate(url.toString(), new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
    errors.clear();
    page.waitForLoadState();
  }

  /** Leaves the page, and forgets what it has logged. */
  void leave() {
    page.navigate("about:blank");
    errors.clear();
  }

  /**
   * Returns what an expression of JavaScript gives; a promise is awaited, and so is an element of
   * which it wants something: what a view shows first is there before all of it is.
   */
  JsonNode evaluate(String expression) {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        return JSON.valueToTree(page.evaluate(expression));
      } catch (PlaywrightException e) {
        if (!String.valueOf(e.getMessage()).contains("TypeError: Cannot read properties of")
            || Instant.now().isAfter(end)) {
          throw e;
        }
        page.waitForTimeout(20);
      }
    }
  }

  String text(String expression) {
    return evaluate(expression).asText();
  }

  /** Waits until a condition holds, also on the page that the present one leads to. */
  void await(String condition) {
    Instant end = Instant.now().plus(PATIENCE);
    String failure = "time is up";
    do {
      try {
        if (looking(condition)) {
          return;
        }
      } catch (PlaywrightException e) {
        failure = String.valueOf(e.getMessage());
      }
    } while (failure.contains("navigation") && Instant.now().isBefore(end));
    throw new AssertionError(
        "%s did not come to hold: %s; the page shows: %s"
            .formatted(condition, failure, page.innerText("body")));
  }

  /**
   * Has the page look now and then. Asked from here without a pause, as by waitForCondition, it
   * kept a CPU busy; and waitForFunction evaluates in the page, which would break the page's
   * policy.
   */
  private boolean looking(String condition) {
    return evaluate(
            """
            new Promise((found, failed) => {
              const look = () => {
                try {
                  if (%s) {
                    found(true);
                  } else if (performance.now() < end) {
                    setTimeout(look, 20);
                  } else {
                    found(false);
                  }
                } catch (error) {
                  failed(error);
                }
              };
              const end = performance.now() + %d;
              look();
            })
            """
                .formatted(condition, PATIENCE.toMillis()))
        .asBoolean();
  }

  /** Presses keys, one after the other, as a user does. */
  void press(String... keys) {
    for (String key : keys) {
      page.keyboard().press(key);
    }
  }

  void type(String text) {
    page.keyboard().insertText(text);
  }

  /** Clicks into the middle of the first thing that a selector finds. */
  void click(String selector) {
    page.locator(selector).first().click();
  }

  /** Moves the mouse over the middle of the first thing that a selector finds. */
  void hover(String selector) {
    page.locator(selector).first().hover();
  }

  void size(int width, int height) {
    page.setViewportSize(width, height);
  }

  /** Prefers {@code light} or {@code dark}. */
  void prefer(String scheme) {
    page.emulateMedia(
        new Page.EmulateMediaOptions()
            .setColorScheme(ColorScheme.valueOf(scheme.toUpperCase(Locale.ROOT)))
            .setReducedMotion(ReducedMotion.REDUCE));
  }

  /** Returns what a screen reader is told, but for what it is not to notice. */
  List<JsonNode> accessibilityTree() {
    CDPSession session = page.context().newCDPSession(page);
    try {
      List<JsonNode> nodes = new ArrayList<>();
      JSON.readTree(session.send("Accessibility.getFullAXTree").toString())
          .path("nodes")
          .forEach(
              node -> {
                if (!node.path("ignored").asBoolean()) {
                  nodes.add(node);
                }
              });
      return nodes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      session.detach();
    }
  }

  /** Opens the page of a stack, and waits until it is told what happens. */
  void open(PageStack stack) {
    open(stack.address());
    await("document.getElementById('connection').dataset.live === 'true'");
  }

  /** Answers each request for a path with a stream of events that ends, until the next request. */
  void answer(String path, Supplier<String> stream) {
    page.route(
        "**" + path,
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("text/event-stream")
                    .setBody(stream.get())));
  }

  /** Has requests go to the stack again. */
  void answerNothing() {
    page.unrouteAll();
  }

  int count(String selector) {
    return page.locator(selector).count();
  }

  String attribute(String selector, String name) {
    return text("document.querySelector('" + selector + "').getAttribute('" + name + "')");
  }

  String selectorOf(String id) {
    return "#" + text(PageScript.row(id) + ".id");
  }

  /** Chooses from a list of options. */
  void choose(String selector, String value) {
    page.selectOption(selector, value);
  }

  byte[] screenshot() {
    return page.screenshot();
  }

  /** Returns what the page has logged as errors since it was opened. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  /** Ends it. That it does not end well is no fault of what was tested, and so is only told. */
  @Override
  public void close() {
    for (AutoCloseable part : List.of(chromium, playwright)) {
      try {
        part.close();
      } catch (Exception e) {
        System.err.println("Chromium was not closed well: " + e);
      }
    }
  }
}
