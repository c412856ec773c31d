package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.stack.Step;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells several listeners, in their order. */
final class Listeners implements StackListener {
  private final List<StackListener> listeners;

  Listeners(StackListener... listeners) {
    this.listeners = List.of(listeners);
  }

  @Override
  public void delivered(Receipt receipt) {
    each(listener -> listener.delivered(receipt));
  }

  @Override
  public void worked(Report report) {
    each(listener -> listener.worked(report));
  }

  @Override
  public void troubled(String message) {
    each(listener -> listener.troubled(message));
  }

  @Override
  public void answered(Exchange exchange) {
    each(listener -> listener.answered(exchange));
  }

  @Override
  public void stepped(Step step) {
    each(listener -> listener.stepped(step));
  }

  @Override
  public void reloaded(@Nullable String flaw) {
    each(listener -> listener.reloaded(flaw));
  }

  @Override
  public void printed(EventKey key, String line) {
    each(listener -> listener.printed(key, line));
  }

  private void each(Consumer<StackListener> telling) {
    listeners.forEach(telling);
  }
}
