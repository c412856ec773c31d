package dev.hookset.inbox;

import java.time.InstantSource;

final class InMemoryBodyStoreTest extends BodyStoreContract {
  private final BodyStore store = new InMemoryBodyStore(InstantSource.system());

  @Override
  protected BodyStore store() {
    return store;
  }
}
