package dev.hookset.local.cli;

import dev.hookset.aws.watch.JsonLog;
import dev.hookset.local.stack.StackListener;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.io.PrintStream;
import java.time.InstantSource;

/** Writes what the functions would log into a file, and passes everything on. */
final class KeptLog implements StackListener {
  private final StackListener next;
  private final JsonLog log;

  KeptLog(StackListener next, PrintStream file, InstantSource clock) {
    this.next = next;
    this.log = new JsonLog(file, clock, "Hookset");
  }

  @Override
  public void delivered(Receipt receipt) {
    log.note(receipt);
    next.delivered(receipt);
  }

  @Override
  public void worked(Report report) {
    log.note(report);
    next.worked(report);
  }

  @Override
  public void troubled(String message) {
    next.troubled(message);
  }
}
