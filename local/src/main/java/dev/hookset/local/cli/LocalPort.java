package dev.hookset.local.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the local stack's URLs are, for the commands that call or print them. */
final class LocalPort {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the local stack's URLs (default: that of the last `./hookset dev`).")
  private @Nullable Integer port;

  /** Returns what the URLs begin with. */
  URI address(Hookset hookset) {
    return URI.create(
        "http://127.0.0.1:" + (port == null ? Ports.of(hookset.state()).http() : port));
  }
}
