package dev.hookset.local.stack;

import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxContract;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class DynamoDbInboxTest extends InboxContract {
  private static EmbeddedParts parts;

  @BeforeAll
  static void start() throws IOException {
    parts = EmbeddedParts.start();
    parts.keepForEver();
  }

  @AfterAll
  static void stop() {
    parts.close();
  }

  @Override
  protected Inbox inbox() {
    return parts.inbox();
  }

  @Override
  protected void delete(EventKey key) {
    parts.delete(key);
  }
}
