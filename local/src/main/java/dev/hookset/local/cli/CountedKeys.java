package dev.hookset.local.cli;

import dev.hookset.local.files.FileFailure;
import dev.hookset.local.stack.StackListener;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.io.IOException;
import java.time.InstantSource;

/** Counts what each key verifies, and passes everything on. Safe to share between threads. */
final class CountedKeys implements StackListener {
  private final KeyCounts counts;
  private final InstantSource clock;
  private final StackListener next;

  CountedKeys(KeyCounts counts, InstantSource clock, StackListener next) {
    this.counts = counts;
    this.clock = clock;
    this.next = next;
  }

  @Override
  public void delivered(Receipt receipt) {
    try {
      counts.count(receipt, clock.instant());
    } catch (IOException e) {
      next.troubled(
          "which key verified a delivery is not kept; cannot write "
              + FileFailure.said(counts.file(), e));
    }
    next.delivered(receipt);
  }

  @Override
  public void worked(Report report) {
    next.worked(report);
  }

  @Override
  public void troubled(String message) {
    next.troubled(message);
  }
}
