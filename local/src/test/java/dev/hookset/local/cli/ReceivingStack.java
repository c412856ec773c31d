package dev.hookset.local.cli;

import dev.hookset.local.stack.LocalStack;
import dev.hookset.work.Report;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The local stack of one test, into which events of the {@link OperatedStack} are brought, and what
 * its worker has reported.
 */
final class ReceivingStack implements BeforeEachCallback, AfterEachCallback {
  final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init") // JUnit calls beforeEach() first.
  private LocalStack stack;

  @Override
  public void beforeEach(ExtensionContext context) {
    start();
  }

  /** Starts it, or another one in its place that knows nothing of what it knew. */
  void start() {
    stack = OperatedStack.start(Map.of(), new Attempts(reports));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    stack.close();
  }

  LocalStack stack() {
    return stack;
  }
}
