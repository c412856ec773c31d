package dev.hookset.local.cli;

import java.net.URI;
import picocli.CommandLine.Option;

/** Where the local stack's URLs are, for the commands that call or print them. */
final class LocalPort {
  /** The port that is taken unless another is named. */
  static final String USUAL = "8788";

  /** What the URLs begin with unless another port is named. */
  static final String USUAL_ADDRESS = "http://127.0.0.1:" + USUAL;

  @Option(
      names = "--port",
      defaultValue = USUAL,
      paramLabel = "PORT",
      description = "Port of the local stack's URLs (default: ${DEFAULT-VALUE}).")
  private int port;

  /** Returns what the URLs begin with. */
  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }
}
