package dev.hookset.local.listen;

import dev.hookset.EventKey;
import dev.hookset.inbox.BodyLost;
import dev.hookset.local.operator.Arrival;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;

/** Where events are played from. It is only read. */
public interface Source {
  /**
   * Returns what came from a time on, the oldest first. What came last may be missing for a moment,
   * and be there when it is asked again.
   */
  Iterator<Arrival> arrivals(Instant from);

  /**
   * Reads an event whole.
   *
   * @return nothing if there is no record of it any more
   * @throws BodyLost if its body is gone
   * @throws dev.hookset.inbox.UnreadableRecord if it cannot be understood
   */
  Optional<Copy> read(EventKey key) throws BodyLost;
}
