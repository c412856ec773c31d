package dev.hookset.inbox;

import dev.hookset.EventKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What came of an attempt to take a turn on a subject. */
public sealed interface Turn {
  /** The turn is ours until it is ended or the lease runs out. */
  record Granted() implements Turn {}

  /**
   * A newer event of the subject has been handled.
   *
   * @param newest the time of the newest
   */
  record Superseded(Instant newest) implements Turn {}

  /** It is another event's turn. */
  record Held() implements Turn {}

  /**
   * The lease of the last turn ran out before it was ended: its worker died, or could not write
   * that down. {@link Inbox#endTurn} is due in its stead, with what {@code holder} has come to.
   *
   * @param owner whose turn it was
   * @param holder which event's; null if that cannot be read
   */
  record Lapsed(String owner, @Nullable EventKey holder) implements Turn {}
}
