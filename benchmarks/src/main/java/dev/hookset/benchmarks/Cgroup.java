package dev.hookset.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A control group for one process: counts its CPU time to the nanosecond, and holds it to a part of
 * one CPU. Works with version 1 and version 2 of control groups, for whoever may write there; else
 * the limit is none, and CPU time comes from {@code /proc}, in steps of 10 ms.
 */
final class Cgroup implements AutoCloseable {
  /** Lambda was seen to schedule in periods of this length. */
  private static final int PERIOD_MICROS = 20_000;

  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final int TICKS_PER_SECOND = 100;

  private final @Nullable Path cpu;
  private final @Nullable Path accounting;
  private final boolean unified;

  private Cgroup(@Nullable Path cpu, @Nullable Path accounting, boolean unified) {
    this.cpu = cpu;
    this.accounting = accounting;
    this.unified = unified;
  }

  static Cgroup create() {
    String name = "hookset-" + UUID.randomUUID();
    try {
      if (Files.isDirectory(ROOT.resolve("cpu"))) {
        return new Cgroup(
            Files.createDirectory(ROOT.resolve("cpu").resolve(name)),
            Files.createDirectory(ROOT.resolve("cpuacct").resolve(name)),
            false);
      }
      Path group = Files.createDirectory(ROOT.resolve(name));
      if (Files.exists(group.resolve("cpu.max"))) {
        return new Cgroup(group, group, true);
      }
      Files.delete(group);
    } catch (IOException e) {
      // Not allowed here.
    }
    return new Cgroup(null, null, false);
  }

  /** Returns whether a limit would hold. */
  boolean limits() {
    return cpu != null;
  }

  /** Returns the shell command that puts the shell into the group. */
  String entering() {
    StringBuilder command = new StringBuilder();
    for (Path group : new Path[] {cpu, accounting}) {
      if (group != null && command.indexOf(group + "/") < 0) {
        command.append("echo $$ > ").append(group).append("/cgroup.procs; ");
      }
    }
    return command.toString();
  }

  /** Holds the process to {@code cpus} of a CPU. */
  void limit(double cpus) throws IOException {
    if (cpu == null) {
      return;
    }
    int quota = (int) Math.round(cpus * PERIOD_MICROS);
    if (unified) {
      Files.writeString(cpu.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
    } else {
      Files.writeString(cpu.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
      Files.writeString(cpu.resolve("cpu.cfs_quota_us"), Integer.toString(quota));
    }
  }

  /** Returns the CPU time that the process has taken so far, in nanoseconds. */
  long cpuNanos(ProcessHandle process) throws IOException {
    if (accounting == null) {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      return ticks * (1_000_000_000L / TICKS_PER_SECOND);
    }
    if (unified) {
      return Files.readAllLines(accounting.resolve("cpu.stat")).stream()
          .filter(line -> line.startsWith("usage_usec "))
          .mapToLong(line -> Long.parseLong(line.substring(11)) * 1000)
          .findFirst()
          .orElseThrow();
    }
    return Long.parseLong(Files.readString(accounting.resolve("cpuacct.usage")).strip());
  }

  /** Removes the group; its process must have ended. */
  @Override
  public void close() {
    for (Path group : new Path[] {cpu, accounting}) {
      if (group != null) {
        remove(group);
      }
    }
  }

  private static void remove(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException e) {
      // The kernel may still be at it; an empty group does no harm.
    }
  }
}
