package dev.hookset.inbox;

/**
 * A record holds something that this version does not understand: a newer version wrote it, or
 * somebody has edited it by hand. No retry helps; a person has to look at it. It concerns that one
 * record: whoever goes through several counts it, names it and goes on.
 */
public final class UnreadableRecord extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String message;

  /**
   * Creates one.
   *
   * @param name which record, as far as that can be told
   * @param problem what is wrong, such as {@code status is 'X', which this version does not know}
   */
  public UnreadableRecord(String name, String problem) {
    String said = "the record " + name + " cannot be read: " + problem;
    this.message = said;
    super(said);
  }

  @Override
  public String getMessage() {
    return message;
  }
}
