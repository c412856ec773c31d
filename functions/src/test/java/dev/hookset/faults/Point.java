package dev.hookset.faults;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A place on a process's way at which it can die.
 *
 * @param call what it calls there
 * @param side before or after that call
 * @param detail which handler, or what is settled; null where that says nothing more
 */
record Point(Call call, Side side, @Nullable String detail) {
  /** What a process calls. */
  enum Call {
    RECORD,
    CLAIM,
    BODY,
    MARK,
    SETTLE,
    EXHAUST,
    DUE,
    DEFER,
    REPLAY,
    FIND,
    TAKE_TURN,
    END_TURN,
    PUSH,
    PUSH_ALL,
    POSTPONE,
    /** A handler's effect on the outside world. */
    EFFECT,
    /** The answer of the function: to the sender, or to the queue, which then deletes messages. */
    ANSWER
  }

  /** Where beside the call. */
  enum Side {
    BEFORE,
    AFTER
  }

  /**
   * Returns whether the process has had a handler's effect here and the note of it is not durable:
   * the one window in which the design admits a second effect.
   */
  boolean isBetweenEffectAndNote() {
    return switch (side) {
      case AFTER -> call == Call.EFFECT;
      case BEFORE -> call == Call.MARK || (call == Call.SETTLE && "DONE".equals(detail));
    };
  }

  @Override
  public String toString() {
    return side.name().toLowerCase(Locale.ROOT)
        + " "
        + call.name().toLowerCase(Locale.ROOT)
        + (detail == null ? "" : " " + detail);
  }
}
