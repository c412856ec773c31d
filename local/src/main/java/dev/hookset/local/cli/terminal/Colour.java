package dev.hookset.local.cli.terminal;

import dev.hookset.inbox.Status;

/** What colours mean; the same in every command. */
public enum Colour {
  /** As it should be. */
  GOOD("32"),
  /** Somebody should look. */
  WARNING("33"),
  /** Wrong. */
  BAD("31"),
  /** On its way. */
  MOVING("36"),
  /** Of less interest. */
  FAINT("2");

  private static final String ESCAPE = "\u001B[";

  private final String code;

  Colour(String code) {
    this.code = code;
  }

  /** Returns {@code text} in this colour, where colours are wanted. */
  public String of(String text, Terminal terminal) {
    return terminal.isColoured() && !text.isEmpty()
        ? ESCAPE + code + "m" + text + ESCAPE + "0m"
        : text;
  }

  /** Returns the colour of a status. */
  public static Colour of(Status status) {
    return switch (status) {
      case RECEIVED, PROCESSING -> MOVING;
      case DONE -> GOOD;
      case FAILED -> BAD;
      case QUARANTINED -> WARNING;
      case SKIPPED, SUPERSEDED -> FAINT;
    };
  }
}
