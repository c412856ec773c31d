package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.history.LogLine;
import java.util.Locale;

/** A line of the functions' log, for machines; the same wherever one is printed. */
final class LogJson {
  private LogJson() {}

  static Json of(LogLine line) {
    return new Json()
        .put("at", line.at())
        .put("kind", line.kind().name().toLowerCase(Locale.ROOT))
        .put("provider", line.provider())
        .put("outcome", line.outcome())
        .put("reason", line.reason())
        .put("eventId", line.eventId())
        .put("type", line.type())
        .put("conflict", line.conflict())
        .put("attempt", line.attempt() == 0 ? null : line.attempt())
        .put("notBefore", line.notBefore())
        .put("lagMillis", line.lag() == null ? null : line.lag().toMillis());
  }
}
