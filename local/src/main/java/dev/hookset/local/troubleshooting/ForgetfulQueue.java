package dev.hookset.local.troubleshooting;

import dev.hookset.Pointer;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.util.List;

/** Takes every pointer and brings it nowhere: nothing is to be handled. */
final class ForgetfulQueue implements WorkQueue {
  @Override
  public void push(Pointer pointer, Duration delay) {}

  @Override
  public List<Pointer> pushAll(List<Pointer> pointers) {
    return List.of();
  }
}
