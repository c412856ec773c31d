package dev.hookset.signing;

import java.util.List;

/**
 * Where the active keys of one provider come from.
 *
 * <p>Called for every delivery and from several threads at once, so an implementation caches. It
 * may block for a fetch, but no longer than a delivery can wait (a second or two).
 */
@FunctionalInterface
public interface KeySource {
  /**
   * Returns the keys of which any may have signed a delivery; at least one.
   *
   * @throws KeysUnavailable if there is none
   */
  List<VerificationKey> keys() throws KeysUnavailable;

  /**
   * Called when none of {@code tried} made a well-formed signature, which may mean that the
   * sender's key has just changed. Returns keys that were not among {@code tried}, after a look at
   * where they are kept, or an empty list. As anybody can send a wrong signature, an implementation
   * looks at most once a minute, and a look that fails is an empty list.
   */
  default List<VerificationKey> newerThan(List<VerificationKey> tried) {
    return List.of();
  }
}
