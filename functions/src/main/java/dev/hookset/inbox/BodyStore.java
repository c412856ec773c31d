package dev.hookset.inbox;

import dev.hookset.EventKey;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;

/**
 * Keeps the bodies that are too long for a record, each under a name that its record holds.
 *
 * <p>A body is stored before its record is written, so a crash between the two leaves a body that
 * no record refers to, and never a record without its body. Nothing here knows which are referred
 * to: that is the janitor's work.
 *
 * <p>Safe to use from several threads and processes at once. Methods block; each throws {@link
 * InboxUnavailable} if the store cannot be asked, within the time that a caller of the function can
 * wait.
 */
public interface BodyStore {
  /** Into how many slices {@link #slice} divides the names of a provider. */
  int SLICES = 256;

  /**
   * Stores bytes under a name. When this returns, they are durable. Storing the same bytes under
   * the same name again changes nothing but {@link Stored#storedAt}.
   *
   * @param name at most 1,024 bytes of ASCII, beginning with the provider's name, a slash and two
   *     hexadecimal digits
   * @param owner whose record is to refer to them; kept with them
   * @param bytes at least one
   */
  void put(String name, EventKey owner, byte[] bytes);

  /** Returns the bytes under a name, or nothing if there are none. */
  Optional<byte[]> get(String name);

  /**
   * Lists what is stored of one slice of a provider's names, in no particular order. Reads page by
   * page as the iterator is asked, and may throw {@link InboxUnavailable} there.
   *
   * @param slice from 0 to {@link #SLICES} less one: the two digits behind the provider's name
   */
  Iterator<Stored> slice(String provider, int slice);

  /** Returns whose record was to refer to what is under a name, or nothing if it is gone. */
  Optional<EventKey> owner(String name);

  /** Deletes what is under a name, if there is anything. */
  void delete(String name);

  /**
   * A body in the store.
   *
   * @param name its name
   * @param storedAt when it was stored last, by the store's clock
   */
  record Stored(String name, Instant storedAt) {}
}
