package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.relay.Relay;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Handler;
import dev.hookset.work.Margins;
import dev.hookset.work.Message;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The worker and the relay over DynamoDB Local and ElasticMQ, as the template sets them up.
 *
 * <p>The clock is the test's own, and far ahead: the embedded DynamoDB deletes what has expired by
 * the real one. Only the queue's delays run in real time, and no test waits for their end.
 */
final class WorkerFixture implements BeforeEachCallback {
  static final Margins MARGINS =
      new Margins(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(2));

  static final Relay.Sweep NOTHING = new Relay.Sweep(0, 0, 0, List.of());

  private static final String TYPE = "incident.created";
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(WorkerFixture.class);
  private static Instant lastStart = Instant.parse("2100-01-01T00:00:00Z");

  final AtomicInteger handled = new AtomicInteger();
  final Handler counting = (_, _) -> handled.incrementAndGet();

  /** What the functions' clock shows. */
  volatile Instant now = lastStart;

  private final String prefix = "evt " + NUMBERS.incrementAndGet() + ".";

  @SuppressWarnings("NullAway.Init") // JUnit calls beforeEach() first.
  private EmbeddedParts parts;

  /** Each test begins with an empty queue, and long before an earlier one's records are due. */
  @Override
  public void beforeEach(ExtensionContext context) {
    parts =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(EmbeddedParts.class, _ -> started(), EmbeddedParts.class);
    parts.purge();
    lastStart = lastStart.minus(Duration.ofDays(365));
    now = lastStart;
  }

  private static EmbeddedParts started() {
    try {
      return EmbeddedParts.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The servers, one for all tests that use this. */
  EmbeddedParts parts() {
    return parts;
  }

  /** Records an event and pushes its pointer. */
  EventKey pushed(String id) {
    EventKey key = received(id);
    push(key);
    return key;
  }

  void push(EventKey key) {
    parts.queue().push(Pointer.to(key), Duration.ZERO);
  }

  /** Lets a pause pass on the test's clock. */
  void sleep(Duration pause) {
    now = now.plus(pause);
  }

  Relay relay() {
    return new Relay(parts.inbox(), parts.queue(), Duration.ofSeconds(12), () -> now);
  }

  Worker worker(Routes routes) {
    return worker(parts.inbox(), routes);
  }

  Worker worker(Inbox inbox, Routes routes) {
    return new Worker(
        inbox,
        parts.queue()::push,
        routes,
        Lifecycle.DEFAULT_MAX_ATTEMPTS,
        MARGINS,
        () -> now,
        this::sleep,
        _ -> {},
        new CapturedLog());
  }

  /** Has every event go to one handler, {@code only}. */
  static Routes all(Handler handler) {
    return Routes.builder().on("lemma", "*", "only", handler).build();
  }

  /** Does what Lambda does with one batch, and returns the IDs of the messages that come back. */
  List<String> workOnce(Worker worker) {
    List<software.amazon.awssdk.services.sqs.model.Message> batch = parts.receive();
    List<String> comeBack =
        worker.work(
            messages(batch), "invocation " + NUMBERS.incrementAndGet(), now.plusSeconds(60));
    batch.stream()
        .filter(message -> !comeBack.contains(message.messageId()))
        .forEach(parts::delete);
    return comeBack;
  }

  static List<Message> messages(List<software.amazon.awssdk.services.sqs.model.Message> batch) {
    return batch.stream()
        .map(message -> new Message(message.messageId(), EmbeddedParts.pointer(message)))
        .toList();
  }

  Event event(String id) {
    return new Event(
        new EventKey("lemma", prefix + id), TYPE, now, null, Body.ofUtf8("{\"id\":\"x\"}"));
  }

  /** Records an event that nobody has pushed. */
  EventKey received(String id) {
    Event event = event(id);
    assertEquals(
        new Recording.Created(),
        parts.inbox().record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null)));
    return event.key();
  }

  List<EventKey> received(int count) {
    return IntStream.range(0, count).mapToObj(i -> received(i + "")).toList();
  }

  InboxRecord found(EventKey key) {
    return parts.inbox().find(key).orElseThrow();
  }

  static List<Pointer> pointers(List<EventKey> keys) {
    return keys.stream().map(Pointer::to).toList();
  }
}
