package dev.hookset.receive;

import java.util.List;

/**
 * The user's side of the receivers: senders that the catalogue does not have. The class {@code
 * app.Senders} is one, with a public constructor without arguments.
 */
@FunctionalInterface
public interface Senders {
  /** Returns the descriptions of one's own senders; none has the name of one in the catalogue. */
  List<Provider> senders();
}
