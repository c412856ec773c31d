package dev.hookset.local.cli;

import dev.hookset.aws.Misconfiguration;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Has a running stack take what {@code ./hookset secret} keeps meanwhile, and let go of a previous
 * secret when its grace ends, as a deployed one does. Not for several threads.
 */
final class SecretReload {
  private final Supplier<Map<String, String>> environment;
  private final Consumer<Map<String, String>> take;
  private final DeliveryLines lines;
  private Map<String, String> last;
  private String told = "";

  /**
   * Creates one that has taken nothing yet.
   *
   * @param environment gives the process's variables with the secrets that are kept
   * @param last what the stack was started with
   * @param take has the stack take others; if it throws, nothing has changed
   */
  SecretReload(
      Supplier<Map<String, String>> environment,
      Map<String, String> last,
      Consumer<Map<String, String>> take,
      DeliveryLines lines) {
    this.environment = environment;
    this.last = last;
    this.take = take;
    this.lines = lines;
  }

  /** Looks whether there is anything to take, and takes it. */
  void look() {
    try {
      Map<String, String> now = environment.get();
      if (!now.equals(last)) {
        take.accept(now);
        lines.noted("the secret of " + changed(now) + " is another from now on");
        last = now;
      }
      told = "";
    } catch (Problem | Misconfiguration | IllegalArgumentException e) {
      // Until it is mended, those before go on; that is said once.
      String message = String.valueOf(e.getMessage());
      if (!message.equals(told)) {
        told = message;
        lines.troubled("the secrets before go on: " + message);
      }
    }
  }

  private String changed(Map<String, String> now) {
    return Providers.all().stream()
        .filter(
            provider ->
                KeptSecrets.variables(provider).stream()
                    .anyMatch(name -> !Objects.equals(now.get(name), last.get(name))))
        .map(Provider::name)
        .collect(Collectors.joining(", "));
  }
}
