package dev.hookset.receive;

/**
 * Is told what became of each delivery, before the sender is. Called from several threads at once;
 * must not throw.
 */
@FunctionalInterface
public interface DeliveryLog {
  /** Notes what became of a delivery. */
  void note(Receipt receipt);
}
