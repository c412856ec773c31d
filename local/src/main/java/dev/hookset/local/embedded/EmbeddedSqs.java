package dev.hookset.local.embedded;

import com.typesafe.config.ConfigFactory;
import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.SupervisorStrategy;
import org.apache.pekko.http.scaladsl.Http;
import org.apache.pekko.pattern.Patterns;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.actor.queue.QueueEvent;
import org.elasticmq.persistence.sql.SqlQueuePersistenceActor;
import org.elasticmq.persistence.sql.SqlQueuePersistenceConfig;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.concurrent.Await;
import scala.concurrent.duration.FiniteDuration;
import scala.util.Either;
import scalikejdbc.ConnectionPool;

/**
 * ElasticMQ, speaking the SQS protocol, inside this JVM, listening on the IPv4 loopback address
 * only.
 *
 * <p>It is ready, its kept queues and messages restored, when {@link #start} returns. Without a
 * directory nothing outlives {@link #close}. With one, every acknowledged change is on disk in
 * {@code <dir>/messages.mv.db}, and a later instance started on the same directory, on any port,
 * goes on from it; receive counts and pending visibility and delay times are kept too. At most one
 * instance with a directory may be open in a JVM, and one JVM on a directory.
 */
public final class EmbeddedSqs implements AutoCloseable {

  /** The region in the ARNs of its queues. */
  public static final String REGION = "us-east-1";

  /** The account in the ARNs of its queues. */
  public static final String ACCOUNT = "000000000000";

  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** ElasticMQ reaches its database through one connection pool per JVM. */
  private static final AtomicBoolean POOL_TAKEN = new AtomicBoolean();

  private final ActorSystem actors;
  private final Http.ServerBinding binding;
  private final boolean persistent;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedSqs(ActorSystem actors, Http.ServerBinding binding, boolean persistent) {
    this.actors = actors;
    this.binding = binding;
    this.persistent = persistent;
  }

  /**
   * Starts a server.
   *
   * @param dir where to keep queues and messages, created if absent; null to keep them in memory
   * @param port the port to listen on; 0 for any free one
   * @throws IOException if the directory or the port cannot be used
   * @throws IllegalStateException if this JVM already has an instance with a directory open
   */
  public static EmbeddedSqs start(@Nullable Path dir, int port) throws IOException {
    var database = dir == null ? null : openPool(dir);
    ActorSystem actors = null;
    try {
      actors = actorSystem();
      var store = database == null ? null : store(actors, database);
      var queues =
          actors.actorOf(
              Props.create(
                  QueueManagerActor.class,
                  new NowProvider(),
                  StrictSQSLimits$.MODULE$,
                  Option.apply(store)));
      if (store != null) {
        restore(store, queues);
      }
      var builder =
          SQSRestServerBuilder.withActorSystem(actors)
              .withQueueManagerActor(queues)
              .withInterface(LOOPBACK)
              .withPort(port)
              .withAWSRegion(REGION)
              .withAWSAccountId(ACCOUNT);
      if (store != null) {
        builder = builder.withQueueEventListener(store);
      }
      return new EmbeddedSqs(actors, builder.start().waitUntilStarted(), database != null);
    } catch (Exception e) { // Scala throws checked exceptions undeclared.
      try (var _ = database == null ? null : poolCloser()) {
        if (actors != null) {
          terminate(actors);
        }
      }
      throw new IOException("ElasticMQ did not start on port " + port, e);
    }
  }

  /** The address to give a client as its endpoint override. */
  public URI endpoint() {
    return URI.create("http://" + LOOPBACK + ":" + port());
  }

  /** The port it listens on. */
  public int port() {
    return binding.localAddress().getPort();
  }

  /** The ARN of its queue of this name, as a redrive policy wants it. */
  public static String arn(String queueName) {
    return "arn:aws:sqs:" + REGION + ":" + ACCOUNT + ":" + queueName;
  }

  /** Stops listening, cuts open requests and closes the data files. Repeating it does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (var _ = persistent ? poolCloser() : null) {
      try {
        // A pending long poll would otherwise hold the stop for up to 20 seconds.
        Await.ready(binding.terminate(seconds(1)), seconds(PATIENCE.toSeconds()));
      } catch (TimeoutException | InterruptedException e) {
        throw stopFailure(e);
      } finally {
        terminate(actors);
      }
    }
  }

  private static ActorSystem actorSystem() {
    var config =
        ConfigFactory.parseString(
            """
            pekko {
              loglevel = "ERROR"
              stdout-loglevel = "ERROR"
              log-dead-letters = off
              daemonic = on
              jvm-exit-on-fatal-error = off
              coordinated-shutdown.run-by-jvm-shutdown-hook = off
            }
            """);
    return ActorSystem.create("elasticmq", config.withFallback(ConfigFactory.load()));
  }

  private static ActorRef store(ActorSystem actors, SqlQueuePersistenceConfig database) {
    return actors.actorOf(Props.create(Store.class, () -> new Store(database)));
  }

  private static void restore(ActorRef store, ActorRef queues) throws Exception {
    var restored =
        Patterns.ask(store, new QueueEvent.Restore(queues), PATIENCE)
            .toCompletableFuture()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!(restored instanceof Either<?, ?> either) || either.isLeft()) {
      throw new IOException("Queues could not be restored: " + restored);
    }
  }

  private static SqlQueuePersistenceConfig openPool(Path dir) throws IOException {
    PrivateFiles.folder(dir);
    if (!POOL_TAKEN.compareAndSet(false, true)) {
      throw new IllegalStateException("An EmbeddedSqs with a directory is already open");
    }
    // WRITE_DELAY=0: an acknowledged message survives the kill of this process.
    var url =
        "jdbc:h2:file:"
            + dir.toAbsolutePath().resolve("messages")
            + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";
    try (var _ = DriverManager.getConnection(url, "", "")) {
      // ElasticMQ sets the pool up for its first database in a JVM only.
      ConnectionPool.singleton(
          url,
          "",
          "",
          ConnectionPool.singleton$default$4(),
          ConnectionPool.singleton$default$5(url, "", "", null));
    } catch (SQLException e) {
      POOL_TAKEN.set(false);
      throw new IOException("Cannot open the message store in " + dir, e);
    }
    return new SqlQueuePersistenceConfig(true, "org.h2.Driver", url, "", "", false);
  }

  private static Pool poolCloser() {
    return () -> {
      ConnectionPool.closeAll();
      POOL_TAKEN.set(false);
    };
  }

  private static void terminate(ActorSystem actors) {
    try {
      actors.terminate();
      Await.ready(actors.whenTerminated(), seconds(PATIENCE.toSeconds()));
    } catch (TimeoutException | InterruptedException e) {
      throw stopFailure(e);
    }
  }

  private static IllegalStateException stopFailure(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new IllegalStateException("ElasticMQ did not stop", e);
  }

  private static FiniteDuration seconds(long seconds) {
    return FiniteDuration.create(seconds, TimeUnit.SECONDS);
  }

  /**
   * Stands before ElasticMQ's store to keep it from losing messages. ElasticMQ 1.7.1 leaves a
   * redriven message in the table of the queue it came from; a restart would bring it back there,
   * and moving it back meanwhile fails on its id, upon which a restarted store silently keeps
   * nothing more.
   */
  private static final class Store extends AbstractActor {

    private final ActorRef store;

    Store(SqlQueuePersistenceConfig database) {
      store =
          getContext()
              .actorOf(
                  Props.create(
                      SqlQueuePersistenceActor.class,
                      database,
                      scala.collection.immutable.Nil$.MODULE$));
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder()
          .match(QueueEvent.MessageAdded.class, this::add)
          .matchAny(event -> store.forward(event, getContext()))
          .build();
    }

    /** A store that failed stays down, so that requests fail rather than lose messages. */
    @Override
    public SupervisorStrategy supervisorStrategy() {
      return SupervisorStrategy.stoppingStrategy();
    }

    private void add(QueueEvent.MessageAdded added) {
      var id = added.message().id();
      forget(added.queueName(), id);
      var source = added.message().deadLetterSourceQueueName();
      if (source.isDefined()) {
        forget(source.get(), id);
      }
      store.forward(added, getContext());
    }

    private void forget(String queue, String id) {
      store.tell(new QueueEvent.MessageRemoved(queue, id), ActorRef.noSender());
    }
  }

  private interface Pool extends AutoCloseable {
    @Override
    void close();
  }
}
