package dev.hookset.signing;

import java.util.Objects;

/**
 * A delivery was judged and refused. Expected, and no fault of ours: it carries a reason from a
 * closed set and no stack trace, as anybody may cause any number of them.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Creates a refusal for {@code reason}. */
  public Refusal(Reason reason) {
    super(Objects.requireNonNull(reason, "reason").word(), null, false, false);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
