package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} and {@code clear}. */
final class StateCommandsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @Test
  void status_ofAFreshClone_saysThatNothingIsSaved() {
    Shell.Run run = new Shell(home).run("status");

    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().startsWith("No public URL is saved;"), run::out);
    assertTrue(run.out().contains("No records are kept yet."), run::out);
    assertFalse(Files.exists(home.resolve(".hookset")), "looking changes nothing");
  }

  @Test
  void status_withASavedUrl_showsWhatToPaste() throws IOException {
    new Settings(home.resolve(".hookset")).savePublicUrl(URI.create("https://example.ngrok.dev"));
    Files.createDirectories(home.resolve(".hookset/dynamodb"));

    Shell.Run run = new Shell(home).run("status");

    assertEquals(0, run.code(), run::err);
    Providers.deployed()
        .forEach(
            provider ->
                assertTrue(
                    run.out().contains("https://example.ngrok.dev/webhooks/" + provider.name()),
                    run::out));
    assertTrue(run.out().contains(home.resolve(".hookset").toString()), run::out);
  }

  @Test
  void clear_forgetsTheUrlAndKeepsTheRecords() throws IOException {
    new Settings(home.resolve(".hookset")).savePublicUrl(URI.create("https://example.ngrok.dev"));
    Path records = keepRecords();

    Shell.Run run = new Shell(home).run("clear");

    assertEquals(0, run.code(), run::err);
    assertEquals("The saved public URL is forgotten.", run.out().strip());
    assertTrue(Files.exists(records));
    assertTrue(new Shell(home).run("status").out().startsWith("No public URL is saved;"));
    assertEquals("No public URL was saved.", new Shell(home).run("clear").out().strip());
  }

  @Test
  void clear_records_deletesThem() throws IOException {
    Path records = keepRecords();
    Path deliveries = Files.writeString(home.resolve(".hookset/deliveries.jsonl"), "{}\n");
    // The log stayed, and with it what `tail` and `stats` told.
    Path log = home.resolve(".hookset/log/hookset.jsonl");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "{}\n");

    Shell.Run run = new Shell(home).run("clear", "--records");

    assertEquals(0, run.code(), run::err);
    assertEquals(
        "No public URL was saved. The local records, messages and log are deleted.",
        run.out().strip());
    assertFalse(Files.exists(records));
    assertFalse(Files.exists(deliveries));
    assertFalse(Files.exists(log));
    assertTrue(new Shell(home).run("status").out().contains("No records are kept yet."));
    assertEquals(0, new Shell(home).run("clear", "--records").code());
  }

  @Test
  void clear_recordsWhileDevRuns_isInTheWayAndDeletesNothing() throws IOException {
    Path records = keepRecords();
    new Settings(home.resolve(".hookset")).savePublicUrl(URI.create("https://example.ngrok.dev"));
    try (FileChannel channel =
            FileChannel.open(
                home.resolve(".hookset/sqs/messages.mv.db"), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertTrue(lock.isValid());

      Shell.Run run = new Shell(home).run("clear", "--records");

      assertEquals(3, run.code());
      assertEquals(
          List.of("hookset: `./hookset dev` is running here; stop it first"), run.errorLines());
    }
    assertTrue(Files.exists(records));
    assertEquals(
        URI.create("https://example.ngrok.dev"),
        new Settings(home.resolve(".hookset")).publicUrl());
  }

  private Path keepRecords() throws IOException {
    Path sqs = Files.createDirectories(home.resolve(".hookset/sqs"));
    Files.writeString(sqs.resolve("messages.mv.db"), "messages");
    Path dynamoDb = Files.createDirectories(home.resolve(".hookset/dynamodb"));
    return Files.writeString(dynamoDb.resolve("shared-local-instance.db"), "records");
  }
}
