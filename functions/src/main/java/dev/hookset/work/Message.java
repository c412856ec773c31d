package dev.hookset.work;

import dev.hookset.EventKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message as the queue delivered it.
 *
 * @param id the queue's name for this message
 * @param pointer the record that it points to; null if it cannot be read
 */
public record Message(String id, @Nullable EventKey pointer) {
  /** Checks that what must be there is there. */
  public Message {
    Objects.requireNonNull(id, "id");
  }
}
