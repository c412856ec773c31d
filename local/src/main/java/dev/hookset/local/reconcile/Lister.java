package dev.hookset.local.reconcile;

import dev.hookset.Event;
import dev.hookset.inbox.InboxRecord;
import java.time.Instant;
import java.util.List;

/** Lists what a provider has sent, by its API. Not for several threads. */
public interface Lister {
  /**
   * Lists what happened from a time on, each once, in no particular order.
   *
   * @throws ApiProblem if the provider does not answer, or not as it documents
   */
  List<Sent> since(Instant from);

  /** Returns how the provider names the event of a record; the same as {@link Sent#id}. */
  String idOf(InboxRecord record);

  /**
   * Returns an event as it would have been recorded.
   *
   * @throws ApiProblem if it cannot be had
   */
  Event event(Sent sent);

  /** Whether what is listed holds the body, so that it can be compared with what is recorded. */
  boolean hasBodies();
}
