package dev.hookset.local.samples;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The samples of the checkout that the tests run in. */
public final class CheckoutSamples {
  /** All of them. */
  public static final Samples SAMPLES = new Samples(checkout());

  private CheckoutSamples() {}

  /** Returns whose deliveries a stack receives by default, by the functions' logical names. */
  public static Map<String, Provider> receivers() {
    Map<String, Provider> receivers = new LinkedHashMap<>();
    for (Provider provider : Providers.deployed()) {
      receivers.put(provider.title() + "Function", provider);
    }
    return receivers;
  }

  private static Path checkout() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("template.yaml"))) {
      folder = folder.resolve("..").normalize();
    }
    return folder;
  }
}
