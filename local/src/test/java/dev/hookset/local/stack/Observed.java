package dev.hookset.local.stack;

import dev.hookset.EventKey;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a stack tells, for a test to wait for. */
final class Observed implements StackListener {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<Receipt> receipts = new LinkedBlockingQueue<>();
  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> troubles = new LinkedBlockingQueue<>();
  private final BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private final Map<EventKey, List<String>> lines = new ConcurrentHashMap<>();

  @Override
  public void delivered(Receipt receipt) {
    receipts.add(receipt);
  }

  @Override
  public void worked(Report report) {
    reports.add(report);
  }

  @Override
  public void troubled(String message) {
    troubles.add(message);
  }

  @Override
  public void answered(Exchange exchange) {
    exchanges.add(exchange);
  }

  @Override
  public void stepped(Step step) {
    steps.add(step);
  }

  @Override
  public void printed(EventKey key, String line) {
    lines.computeIfAbsent(key, _ -> new CopyOnWriteArrayList<>()).add(line);
  }

  /** Returns the next receipt. */
  Receipt receipt() throws InterruptedException {
    return next(receipts, "receipt");
  }

  /** Returns the next report. */
  Report report() throws InterruptedException {
    return next(reports, "report");
  }

  /**
   * Returns the next report of an attempt on {@code key}, and forgets those of others before it.
   */
  Report attempt(EventKey key) throws InterruptedException {
    while (true) {
      Report report = report();
      if (key.equals(report.key()) && report.attempt() > 0) {
        return report;
      }
    }
  }

  /** Returns the next exchange. */
  Exchange exchange() throws InterruptedException {
    return next(exchanges, "exchange");
  }

  /** Returns the next step. */
  Step step() throws InterruptedException {
    return next(steps, "step");
  }

  /** Returns what handlers have printed so far for {@code key}. */
  List<String> lines(EventKey key) {
    return lines.getOrDefault(key, List.of());
  }

  /** Returns the next trouble. */
  String trouble() throws InterruptedException {
    return next(troubles, "trouble");
  }

  private static <T> T next(BlockingQueue<T> queue, String what) throws InterruptedException {
    T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no " + what + " within " + PATIENCE_SECONDS + " s");
    }
    return next;
  }
}
