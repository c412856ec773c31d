package dev.hookset.inbox;

import dev.hookset.EventKey;

final class InMemoryInboxTest extends InboxContract {
  private final InMemoryInbox inbox = new InMemoryInbox(RETENTION);

  @Override
  protected Inbox inbox() {
    return inbox;
  }

  @Override
  protected void delete(EventKey key) {
    inbox.delete(key);
  }
}
