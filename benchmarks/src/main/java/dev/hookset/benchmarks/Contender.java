package dev.hookset.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A receiver as it is deployed, and how its process is started.
 *
 * @param name what it is called in the tables
 * @param provider whose events it gets
 * @param start when its process is ready for work
 * @param root where it is deployed
 * @param command the command
 * @param variables what it needs to know besides what every function does
 * @param files what is deployed
 */
record Contender(
    String name,
    String provider,
    Start start,
    Path root,
    List<String> command,
    Map<String, String> variables,
    List<Path> files) {

  /** How a process comes to its first event. */
  enum Start {
    /** It starts for it. */
    COLD,
    /** It was started before, its hooks called, its connections cut, and is restored for it. */
    RESTORED
  }
}
