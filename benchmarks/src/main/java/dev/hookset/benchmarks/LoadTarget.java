package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hookset.EventKey;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.work.Routes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The local stack in a process of its own, with a handler that counts. It prints the address of its
 * routes; a line on standard input makes it print how many events were handled, and how often one
 * was handled again.
 */
final class LoadTarget {
  private LoadTarget() {}

  /** The process: a checkout, for its template. */
  public static void main(String[] arguments) throws IOException {
    DevelopmentKeys keys = new DevelopmentKeys(Map.of());
    Map<String, String> variables = new HashMap<>();
    Routes.Builder routes = Routes.builder();
    Map<EventKey, Boolean> handled = new ConcurrentHashMap<>();
    AtomicLong again = new AtomicLong();
    for (Provider provider : Providers.deployed()) {
      variables.putAll(keys.verificationVariables(provider));
      routes.on(
          provider.name(),
          "*",
          "count-" + provider.name(),
          (event, _) -> {
            if (handled.put(event.key(), true) != null) {
              again.incrementAndGet();
            }
          });
    }
    LocalStack.Settings settings =
        new LocalStack.Settings(null, 0, 0, 0, 0, variables, routes.build());
    try (LocalStack stack =
            LocalStack.start(
                Template.read(Path.of(arguments[0], "template.yaml")),
                settings,
                InstantSource.system(),
                new Quiet());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      System.out.println(stack.url(""));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(handled.size() + " " + again.get());
      }
    }
    System.exit(0);
  }

  private static final class Quiet implements StackListener {

    @Override
    public void troubled(String message) {
      System.err.println(message);
    }
  }
}
