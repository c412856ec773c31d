package dev.hookset.local.listen;

import java.util.Locale;

/** What became of an event that was to be played here. */
public enum Outcome {
  /** It is recorded here, and its handlers get it. */
  PLAYED,
  /** It was here before, and its handlers get it once more. */
  PLAYED_AGAIN,
  /** It is recorded here as it is there: skipped or quarantined, or not wanted by handlers. */
  RECORDED,
  /** It was here before, and nothing was done. */
  ALREADY_HERE,
  /** Other bytes are here under its ID, and nothing was done. */
  DIFFERS_HERE,
  /** Its body, or its record, is gone. */
  GONE,
  /** Its record cannot be understood. */
  UNREADABLE,
  /** It was to be redacted, and cannot be; nothing was done. */
  NOT_REDACTED;

  /** Returns the word that is printed. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
