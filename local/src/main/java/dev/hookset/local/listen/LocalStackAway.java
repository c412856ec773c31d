package dev.hookset.local.listen;

/** The local stack did not take what was to be played. Nothing is lost: it is played later. */
public final class LocalStackAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LocalStackAway(RuntimeException cause) {
    super(cause);
  }
}
