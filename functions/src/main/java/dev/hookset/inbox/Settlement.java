package dev.hookset.inbox;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an attempt ended. */
public sealed interface Settlement {
  /**
   * Every handler has done its work.
   *
   * @param lastHandler the name of the handler that has just done its work and is not marked yet;
   *     null if there was none to run
   */
  record Done(@Nullable String lastHandler) implements Settlement {}

  /**
   * Try again later.
   *
   * @param error what went wrong
   * @param notBefore when the next attempt may start
   */
  record Retry(String error, Instant notBefore) implements Settlement {
    /** Checks that what must be there is there. */
    public Retry {
      Objects.requireNonNull(error, "error");
      Objects.requireNonNull(notBefore, "notBefore");
    }
  }

  /**
   * Give up; only a replay brings it back.
   *
   * @param error what went wrong
   */
  record Failed(String error) implements Settlement {
    /** Checks that what must be there is there. */
    public Failed {
      Objects.requireNonNull(error, "error");
    }
  }

  /**
   * A newer event of its subject has been handled, so handlers that want the latest alone left it
   * out; all others have done their work.
   *
   * @param lastHandler the name of the handler that has just done its work and is not marked yet;
   *     null if there was none to run
   */
  record Superseded(@Nullable String lastHandler) implements Settlement {}

  /**
   * Nothing was run, as another event of its subject is in its handlers: no attempt was made.
   *
   * @param lapsed whether the claim took over one that had lapsed; it is found so again, as what
   *     may have killed its worker
   */
  record Returned(boolean lapsed) implements Settlement {}

  /**
   * Returns the token that the record bears afterwards: the owner's, by which a repetition is
   * known. One that was returned is told by it from one that is to be tried again.
   */
  default String lease(String owner) {
    return this instanceof Returned ? owner + "/returned" : owner;
  }

  /** Returns the status that the record has afterwards. */
  default Status status() {
    return switch (this) {
      case Done _ -> Status.DONE;
      case Retry _ -> Status.RECEIVED;
      case Failed _ -> Status.FAILED;
      case Superseded _ -> Status.SUPERSEDED;
      case Returned(boolean lapsed) -> lapsed ? Status.PROCESSING : Status.RECEIVED;
    };
  }
}
