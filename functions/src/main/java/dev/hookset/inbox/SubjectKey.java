package dev.hookset.inbox;

import java.util.Objects;

/**
 * What events of a provider are about, such as one incident: of the events of one subject, the
 * latest wins.
 *
 * @param provider whose events they are
 * @param name the subject, in the words of the route that names it; may hold any character
 */
public record SubjectKey(String provider, String name) {
  /** Checks the parts. */
  public SubjectKey {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name must not be empty");
    }
  }
}
