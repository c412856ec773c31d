package dev.hookset.receive;

/**
 * Is told what became of each delivery, before the sender is. Called from several threads at once;
 * must not throw.
 */
@FunctionalInterface
public interface DeliveryLog {
  /** Notes what became of a delivery. */
  void note(Receipt receipt);

  /** Notes what became of an operator's probe, which is no sender's and counts as no delivery. */
  default void probed(Receipt receipt) {}
}
