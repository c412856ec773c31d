package dev.hookset.inbox;

import dev.hookset.EventKey;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link Inbox} promises, step by step. A subclass supplies the inbox and nothing else.
 *
 * <p>The inbox may be shared between tests and hold other records: each test works under a provider
 * of its own.
 */
public abstract class InboxContract {
  /** How long the inbox under test must keep a final record. */
  protected static final Duration RETENTION = InboxUnderTest.RETENTION;

  /** Returns the inbox under test, which keeps final records for {@link #RETENTION}. */
  protected abstract Inbox inbox();

  /** Deletes a record behind the inbox's back, as the store's time-to-live would. */
  protected abstract void delete(EventKey key);

  private InboxUnderTest underTest() {
    return new InboxUnderTest(inbox(), this::delete);
  }

  @Nested
  final class Records extends RecordContract {
    Records() {
      super(underTest());
    }
  }

  @Nested
  final class Claims extends ClaimContract {
    Claims() {
      super(underTest());
    }
  }

  @Nested
  final class Settlements extends SettleContract {
    Settlements() {
      super(underTest());
    }
  }

  @Nested
  final class DueRecords extends DueContract {
    DueRecords() {
      super(underTest());
    }
  }

  @Nested
  final class Replays extends ReplayContract {
    Replays() {
      super(underTest());
    }
  }

  @Nested
  final class Subjects extends SubjectContract {
    Subjects() {
      super(underTest());
    }
  }

  @Nested
  final class Histories extends HistoryContract {
    Histories() {
      super(underTest());
    }
  }

  @Nested
  final class DeletedRecords extends DeletionContract {
    DeletedRecords() {
      super(underTest());
    }
  }
}
