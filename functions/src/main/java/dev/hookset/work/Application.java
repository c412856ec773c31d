package dev.hookset.work;

/**
 * The user's side of the worker: it says which handlers an event goes to.
 *
 * <p>The variable {@code HANDLERS} names the class, which must be public and have a public
 * constructor without arguments.
 */
@FunctionalInterface
public interface Application {
  /**
   * Builds the handlers and returns where events go. Called once, when the worker starts; whatever
   * it throws stops the start. It should call nothing outside: {@code ./hookset doctor} runs it,
   * too.
   *
   * @param setup hands over what handlers need
   */
  Routes routes(Setup setup);
}
