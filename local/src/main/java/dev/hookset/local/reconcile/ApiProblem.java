package dev.hookset.local.reconcile;

/** A provider's API cannot be asked. The message is one line and says what to do about it. */
public final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ApiProblem(String message) {
    super(message);
  }
}
