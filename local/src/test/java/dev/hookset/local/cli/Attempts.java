package dev.hookset.local.cli;

import dev.hookset.local.stack.StackListener;
import dev.hookset.work.Report;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;

/**
 * Keeps the reports of attempts. Left out is what the worker says of a pointer that comes once more
 * to an event that is finished or in work: a queue delivers at least once, and a push whose answer
 * was late is repeated. A build failed by it, as each later test took the report of the one before.
 */
class Attempts implements StackListener {
  private static final Set<Report.Outcome> NONE =
      EnumSet.of(Report.Outcome.BUSY, Report.Outcome.FINISHED, Report.Outcome.HELD);

  private final Queue<Report> reports;

  Attempts(Queue<Report> reports) {
    this.reports = reports;
  }

  @Override
  public void worked(Report report) {
    if (!NONE.contains(report.outcome())) {
      reports.add(report);
    }
  }
}
