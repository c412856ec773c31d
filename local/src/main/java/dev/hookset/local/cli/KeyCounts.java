package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.PrivateFiles;
import dev.hookset.receive.Receipt;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How many deliveries each key has verified on the local stack, kept across restarts. A key is
 * known by its fingerprint alone. Safe to share between threads.
 */
final class KeyCounts {
  private static final String FILE = "keys.properties";

  private final Path file;
  private final Map<String, Row> rows = new TreeMap<>();

  /**
   * What a key has verified.
   *
   * @param last when the last one came
   */
  record Row(String provider, String fingerprint, long deliveries, Instant last) {}

  /**
   * Reads what was kept.
   *
   * @param state the folder that is kept across restarts; need not exist
   */
  KeyCounts(Path state) {
    this.file = state.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      for (String name : properties.stringPropertyNames()) {
        String[] key = name.split("\\.", 2);
        String[] value = properties.getProperty(name).split(" ", 2);
        rows.put(name, new Row(key[0], key[1], Long.parseLong(value[0]), Instant.parse(value[1])));
      }
    } catch (IOException
        | IllegalArgumentException
        | DateTimeException
        | ArrayIndexOutOfBoundsException e) {
      throw new Problem("cannot read " + file + "; delete it, and the keys are counted anew");
    }
  }

  /** Returns where they are kept. */
  Path file() {
    return file;
  }

  /** Forgets all that was counted in {@code state}. */
  static void clear(Path state) throws IOException {
    Files.deleteIfExists(state.resolve(FILE));
  }

  /**
   * Counts a delivery if a key has verified it, whatever became of it then.
   *
   * @throws IOException if it could not be kept
   */
  synchronized void count(Receipt receipt, Instant now) throws IOException {
    String fingerprint = receipt.keyFingerprint();
    if (fingerprint == null) {
      return;
    }
    String name = receipt.provider() + "." + fingerprint;
    Row before = rows.get(name);
    rows.put(
        name,
        new Row(
            receipt.provider(), fingerprint, before == null ? 1 : before.deliveries() + 1, now));
    save();
  }

  /** Returns what the keys of {@code provider} have verified, the latest first. */
  synchronized List<Row> of(String provider) {
    return rows.values().stream()
        .filter(row -> row.provider().equals(provider))
        .sorted(Comparator.comparing(Row::last).reversed())
        .toList();
  }

  private void save() throws IOException {
    Properties properties = new Properties();
    rows.forEach((name, row) -> properties.setProperty(name, row.deliveries() + " " + row.last()));
    PrivateFiles.replace(file, properties);
  }
}
