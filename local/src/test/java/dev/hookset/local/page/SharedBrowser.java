package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the constructor of a test class the one {@link Browser} of the whole run, and a {@link
 * PageStack} of the class. Each test begins at the size of a small laptop and in light colours, and
 * fails if the page has logged an error: nothing may break the page's own rules.
 */
final class SharedBrowser
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedBrowser.class);

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Chromium found = new Chromium();
    Optional<Path> chromium = found.find();
    if (chromium.isEmpty() && found.isCi()) {
      throw new IllegalStateException(
          "there is no Chromium, and no apt-get to install it; name one in HOOKSET_CHROMIUM");
    }
    Assumptions.assumeTrue(
        chromium.isPresent(),
        "left out: there is no Chromium here; install one (apt-get install chromium), or name one"
            + " in HOOKSET_CHROMIUM");
    context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Browser.class, _ -> new Browser(chromium.orElseThrow()), Browser.class);
    // Closed with the store of the class, after the browser has left it.
    context.getStore(NAMESPACE).computeIfAbsent(PageStack.class, _ -> stack(), PageStack.class);
  }

  private static PageStack stack() {
    try {
      return new PageStack(null, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    browser(context).size(1280, 800);
    browser(context).prefer("light");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertEquals(List.of(), browser(context).errors());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Browser browser = context.getStore(NAMESPACE).get(Browser.class, Browser.class);
    if (browser != null) {
      browser.leave();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Browser.class || type == PageStack.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return Objects.requireNonNull(
        context.getStore(NAMESPACE).get(parameter.getParameter().getType()));
  }

  private static Browser browser(ExtensionContext context) {
    return Objects.requireNonNull(context.getStore(NAMESPACE).get(Browser.class, Browser.class));
  }
}
