package dev.hookset.local.troubleshooting;

import dev.hookset.EventKey;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.util.List;

/** Takes every pointer and brings it nowhere: nothing is to be handled. */
final class ForgetfulQueue implements WorkQueue {
  @Override
  public void push(EventKey pointer, Duration delay) {}

  @Override
  public List<EventKey> pushAll(List<EventKey> pointers) {
    return List.of();
  }
}
