package dev.hookset.local.embedded;

import com.almworks.sqlite4java.SQLiteConnection;
import com.almworks.sqlite4java.SQLiteException;
import com.almworks.sqlite4java.SQLiteStatement;
import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local inside this JVM, listening on the IPv4 loopback address only.
 *
 * <p>It is ready when {@link #start} returns. Without a directory nothing outlives {@link #close}.
 * With one, tables and items are kept in {@code <dir>/shared-local-instance.db}, whatever region or
 * credentials a client uses, and a later instance started on the same directory, on any port,
 * serves them again. Only one instance at a time may use a directory. No telemetry is sent, and no
 * thread of a closed instance remains for more than about a second.
 */
public final class EmbeddedDynamoDb implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String FILE = "shared-local-instance.db";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Server server;
  private final LocalDynamoDBServerHandler handler;
  private final int port;
  private final @Nullable Path dir;

  private EmbeddedDynamoDb(
      Server server, LocalDynamoDBServerHandler handler, int port, @Nullable Path dir) {
    this.dir = dir;
    this.server = server;
    this.handler = handler;
    this.port = port;
  }

  /**
   * Starts a server.
   *
   * @param dir where to keep the data, created if absent; null to keep it in memory
   * @param port the port to listen on; 0 for any free one
   * @throws IOException if the directory or the port cannot be used
   */
  public static EmbeddedDynamoDb start(@Nullable Path dir, int port) throws IOException {
    if (dir != null) {
      PrivateFiles.folder(dir);
    }
    // What ServerRunner assembles, less its all-interfaces connector and its telemetry.
    var requests =
        new LocalDynamoDBRequestHandler(
            0, dir == null, dir == null ? null : dir.toAbsolutePath().toString(), true, false);
    var handler = new LocalDynamoDBServerHandler(requests, null);
    var threads = new QueuedThreadPool();
    threads.setName("dynamodb-local");
    threads.setDaemon(true);
    var server = new Server(threads);
    var connector = new ServerConnector(server);
    connector.setHost(LOOPBACK);
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(handler);
    try {
      server.start();
    } catch (Exception e) {
      stop(server, handler, e);
      throw e instanceof IOException io ? io : new IOException("DynamoDB Local did not start", e);
    }
    return new EmbeddedDynamoDb(server, handler, connector.getLocalPort(), dir);
  }

  /** The address to give a client as its endpoint override. */
  public URI endpoint() {
    return URI.create("http://" + LOOPBACK + ":" + port);
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /**
   * Has SQLite write ahead to a log from now on: a write waits for one flush to the disk, and not
   * for one of the journal, of its folder, of the data and of the folder again. To be called when
   * there is a table, as there is no file before. Does nothing if the data are in memory.
   *
   * @throws IOException if it cannot be done now
   */
  public void writeAhead() throws IOException {
    onFile("PRAGMA journal_mode=WAL");
  }

  /**
   * Writes the data file anew, without what was deleted or overwritten: until then the old bytes
   * stand in its free places, and in the log. Does nothing if the data are in memory.
   *
   * @throws IOException if it cannot be done now
   */
  public void compact() throws IOException {
    // This SQLite cannot cut its log at a checkpoint: the first write that begins it anew does.
    onFile(
        "PRAGMA journal_size_limit=0",
        "VACUUM",
        "PRAGMA wal_checkpoint(RESTART)",
        "PRAGMA user_version=1");
  }

  private void onFile(String... statements) throws IOException {
    if (dir == null) {
      return;
    }
    SQLiteConnection connection = new SQLiteConnection(dir.resolve(FILE).toFile());
    try {
      connection.open(false);
      connection.setBusyTimeout(PATIENCE.toMillis());
      for (String statement : statements) {
        SQLiteStatement run = connection.prepare(statement);
        // A checkpoint says by its first column, and not by an error, that it was kept from it.
        if (run.step() && statement.contains("checkpoint") && run.columnInt(0) != 0) {
          throw new IOException("the data file is in use: " + statement);
        }
        run.dispose();
      }
    } catch (SQLiteException e) {
      throw new IOException("the data file refuses " + statements[0] + ": " + e.getMessage(), e);
    } finally {
      connection.dispose();
    }
  }

  /**
   * Stops listening, cuts open connections and closes the data files. Repeating it does nothing.
   */
  @Override
  public void close() {
    var failure = new IllegalStateException("DynamoDB Local did not stop");
    stop(server, handler, failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private static void stop(Server server, LocalDynamoDBServerHandler handler, Exception failure) {
    try {
      server.stop();
    } catch (Exception e) {
      failure.addSuppressed(e);
    } finally {
      handler.close();
    }
  }
}
