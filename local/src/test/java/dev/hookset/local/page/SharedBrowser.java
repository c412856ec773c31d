package dev.hookset.local.page;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands the one {@link Browser} of the whole run to the test classes that ask for it; it is started
 * by the first and closed after the last.
 */
final class SharedBrowser implements BeforeAllCallback, ParameterResolver {
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
    store(context)
        .computeIfAbsent(Browser.class, _ -> new Browser(chromium.orElseThrow()), Browser.class);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Browser.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return Objects.requireNonNull(store(context).get(Browser.class));
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(NAMESPACE);
  }
}
