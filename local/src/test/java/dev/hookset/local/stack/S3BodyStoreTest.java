package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.EventKey;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.BodyStoreContract;
import dev.hookset.inbox.InboxUnavailable;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class S3BodyStoreTest extends BodyStoreContract {
  private static EmbeddedParts parts;

  @BeforeAll
  static void start() throws IOException {
    parts = EmbeddedParts.start();
  }

  @AfterAll
  static void stop() {
    parts.close();
  }

  @Override
  protected BodyStore store() {
    return parts.bodies();
  }

  @Test
  void owner_objectThatSomebodyElseStored_isNobody() {
    parts.storeStrange("lemma/00strange");

    assertEquals(Optional.empty(), store().owner("lemma/00strange"));
  }

  @Test
  void everyStep_bucketThatIsNotThere_isAnOutageAndNotANothing() {
    BodyStore nowhere = parts.bodies("no-such-bucket");
    EventKey key = new EventKey("lemma", "evt");

    assertThrows(InboxUnavailable.class, () -> nowhere.put("lemma/00", key, new byte[1]));
    assertThrows(InboxUnavailable.class, () -> nowhere.get("lemma/00"));
    assertThrows(InboxUnavailable.class, () -> nowhere.slice("lemma", 0).hasNext());
  }
}
