package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.local.cli.terminal.OutputLost;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.stack.StackListener;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Prints a line for each delivery and each attempt of the worker: {@code Verified webhook 1 for
 * execution 99ebc7c6-… (completed)}. Safe to share between threads.
 */
final class DeliveryLines implements StackListener {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final PrintWriter out;
  private final InstantSource clock;
  private final ZoneId zone;
  private final AtomicLong count = new AtomicLong();
  private @Nullable OutputLost lost;

  DeliveryLines(PrintWriter out, InstantSource clock, ZoneId zone) {
    this.out = out;
    this.clock = clock;
    this.zone = zone;
  }

  @Override
  public void delivered(Receipt receipt) {
    long number = count.incrementAndGet();
    print(
        switch (receipt.outcome()) {
          case ACCEPTED ->
              "Verified webhook "
                  + number
                  + " for "
                  + subject(receipt)
                  + (receipt.pushFailure() == null ? "" : ", not pushed yet: the relay will");
          case DUPLICATE ->
              "Verified webhook " + number + " for " + subject(receipt) + ", seen before";
          case SKIPPED ->
              "Verified webhook "
                  + number
                  + " for "
                  + subject(receipt)
                  + ", skipped: not subscribed";
          case QUARANTINED ->
              "Verified webhook "
                  + number
                  + " for "
                  + subject(receipt)
                  + ", quarantined: "
                  + (receipt.conflict()
                      ? "other bytes came under this ID before"
                      : "the body is not a JSON object");
          case REFUSED ->
              "Refused webhook " + number + " for " + receipt.provider() + ": " + detail(receipt);
          case ANSWERED -> "Answered handshake " + number + " of " + receipt.provider();
          case NOT_CONFIGURED, UNAVAILABLE ->
              "Could not judge webhook "
                  + number
                  + " for "
                  + receipt.provider()
                  + ": "
                  + detail(receipt);
        });
  }

  @Override
  public void worked(Report report) {
    String subject = report.key() == null ? "a message" : Printable.of(report.key().toString());
    switch (report.outcome()) {
      case DONE -> print("  done " + subject + by(report));
      case SUPERSEDED ->
          print(
              "  superseded "
                  + subject
                  + " by a newer event"
                  + (report.handlers().isEmpty() ? "" : "; handled" + by(report)));
      case RETRY ->
          print(
              "  failed "
                  + subject
                  + ": "
                  + error(report)
                  + "; attempt "
                  + (report.attempt() + 1)
                  + " at "
                  + TIME.format(Objects.requireNonNull(report.notBefore()).atZone(zone)));
      case FAILED -> print("  gave up " + subject + ": " + error(report));
      case UNKNOWN, UNREADABLE, UNREADABLE_RECORD, LEASE_LOST, NO_TIME, INBOX_UNAVAILABLE ->
          print("  left " + subject + " to the queue: " + report.outcome().word());
      case BUSY -> {} // It comes back, and has its line then.
      case FINISHED, TOO_EARLY, HELD -> {} // A second pointer to an event that has had its line.
    }
  }

  @Override
  public void reloaded(@Nullable String flaw) {
    if (flaw == null) {
      print("  handlers reloaded");
    } else {
      flaw.lines().forEach(line -> print("  " + Printable.of(line)));
      print("  the handlers before this change go on");
    }
  }

  /** Says what the stack has taken over while it runs. */
  void noted(String message) {
    print("  " + Printable.of(message));
  }

  @Override
  public void troubled(String message) {
    print("  trouble: " + Printable.of(message));
  }

  /** Lamina speaks of executions and their status; the others of events and their type. */
  private static String subject(Receipt receipt) {
    EventKey key = Objects.requireNonNull(receipt.key(), "what is verified has a key");
    String type = Objects.requireNonNull(receipt.type(), "what is verified has a type");
    if (key.provider().equals("lamina") && type.startsWith("run.")) {
      String status = type.substring("run.".length());
      String suffix = "/" + status;
      String id = key.eventId();
      String run = id.endsWith(suffix) ? id.substring(0, id.length() - suffix.length()) : id;
      return "execution " + Printable.of(run) + " (" + Printable.of(status) + ")";
    }
    return key.provider()
        + " event "
        + Printable.of(key.eventId())
        + " ("
        + Printable.of(type)
        + ")";
  }

  private static String detail(Receipt receipt) {
    return Printable.of(String.valueOf(receipt.detail())) + " (" + receipt.reply().status() + ")";
  }

  private static String by(Report report) {
    return report.handlers().isEmpty() ? "" : " by " + String.join(", ", report.handlers());
  }

  private static String error(Report report) {
    return Printable.of(String.valueOf(report.error()), 200);
  }

  /**
   * Returns if what was printed so far could be written.
   *
   * @throws OutputLost if not
   */
  synchronized void requireOutput() {
    if (lost != null) {
      throw lost;
    }
  }

  private synchronized void print(String line) {
    if (lost != null) {
      return;
    }
    try {
      out.println(TIME.format(LocalTime.ofInstant(clock.instant(), zone)) + "  " + line);
      out.flush();
    } catch (OutputLost e) {
      // What the stack has in hand is brought to its end; the command is ended by who waits for it.
      lost = e;
    }
  }
}
