package dev.hookset.work;

import dev.hookset.Event;
import org.jspecify.annotations.Nullable;

/**
 * Says what an event is about, for {@link Routes.Builder#latest}. Safe to share between threads.
 */
@FunctionalInterface
public interface Subject {
  /**
   * Returns what {@code event} is about, such as the ID of its incident; null or an empty text if
   * it is about nothing that others are, and need not wait for any.
   *
   * @throws Exception as a handler may: the attempt has failed then, and is made again later
   */
  @Nullable String of(Event event) throws Exception;
}
