package dev.hookset.local.doctor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param level how bad it is
 * @param subject what was looked at
 * @param seen what was found there
 * @param cure what to do; null where nothing is to be done
 */
public record Finding(Level level, String subject, String seen, @Nullable String cure) {
  /** How bad a finding is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** A person should look at it, but events come in and are handled. */
    WARNING,
    /** Events are refused, lost sight of or not handled. */
    BAD
  }

  /** Checks that what must be there is there. */
  public Finding {
    Objects.requireNonNull(level, "level");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(seen, "seen");
    if ((level == Level.OK) != (cure == null)) {
      throw new IllegalArgumentException("what is not as it should be has a cure");
    }
  }

  static Finding ok(String subject, String seen) {
    return new Finding(Level.OK, subject, seen, null);
  }

  static Finding warning(String subject, String seen, String cure) {
    return new Finding(Level.WARNING, subject, seen, cure);
  }

  static Finding bad(String subject, String seen, String cure) {
    return new Finding(Level.BAD, subject, seen, cure);
  }
}
