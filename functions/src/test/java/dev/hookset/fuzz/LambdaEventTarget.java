package dev.hookset.fuzz;

/**
 * Any bytes as the event that a receiving function is invoked with. They name the provider by their
 * length.
 */
public final class LambdaEventTarget {
  private LambdaEventTarget() {}

  /** Takes an input. */
  public static void fuzzerTestOneInput(byte[] event) {
    new Rig(event.length).invoke(event);
  }
}
