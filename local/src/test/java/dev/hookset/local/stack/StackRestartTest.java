package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.inbox.InMemoryBodyStore;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** What a stack with a directory keeps, and whom it keeps out. */
final class StackRestartTest {
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path directory;

  @Test
  void records_andUndeliveredMessages_surviveARestart() throws Exception {
    DeliveryRequest handled = TestStack.genuine(TestStack.provider("lamba"));
    EventKey done;
    EventKey failed;
    try (TestStack first =
        TestStack.in(
            directory,
            Routes.builder()
                .on(
                    "lemma",
                    "*",
                    (event, _) -> {
                      throw new IOException("not today");
                    })
                .build())) {
      done = send(first, handled);
      failed = send(first, TestStack.genuine(TestStack.provider("lemma")));
    }
    EventKey waiting = new EventKey("lucid", "waiting");
    leaveBehind(waiting);

    try (TestStack second = TestStack.in(directory, (Routes) null)) {
      Report report = second.observed().attempt(waiting);
      assertEquals(Report.Outcome.DONE, report.outcome(), "the message waited for its worker");
      assertEquals(Status.DONE, second.record(waiting).status());

      assertEquals(Status.DONE, second.record(done).status());
      second.post(handled);
      assertEquals(Receipt.Outcome.DUPLICATE, second.observed().receipt().outcome());

      InboxRecord retried = second.record(failed);
      assertEquals(1, retried.attempts());
      assertNotNull(retried.lastError());
      assertEquals(
          "1",
          second.attributes(second.stack().queueUrl()).get("ApproximateNumberOfMessagesDelayed"));
    }
  }

  @Test
  void directory_thatAnotherProcessHolds_isRefusedByName() throws Exception {
    Path store = Files.createDirectories(directory.resolve("sqs")).resolve("messages.mv.db");
    try (FileChannel channel =
            FileChannel.open(store, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertTrue(lock.isValid());

      IOException e = assertThrows(IOException.class, () -> TestStack.in(directory, (Routes) null));

      assertEquals("Cannot open the message store in " + directory.resolve("sqs"), e.getMessage());
    }
  }

  @Test
  void port_thatIsTaken_isNamedAndNothingStaysOpen() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();

      IOException e = assertThrows(IOException.class, () -> TestStack.in(directory, port));

      assertEquals("port " + port + " is taken", e.getMessage());
    }
    try (TestStack next = TestStack.in(directory, port)) {
      assertEquals(port, next.url("lemma").getPort());
    }
  }

  @Test
  void close_twice_doesNothingMore() throws Exception {
    TestStack stack = TestStack.in(directory, (Routes) null);
    stack.close();
    stack.close();
  }

  private static EventKey send(TestStack stack, DeliveryRequest request) throws Exception {
    stack.post(request);
    EventKey key = stack.observed().receipt().key();
    assertNotNull(key);
    assertNotNull(stack.observed().attempt(key));
    return key;
  }

  /** Puts a record and its message into what the stack has kept, while no worker runs. */
  private void leaveBehind(EventKey key) throws IOException {
    try (EmbeddedSqs sqsServer = EmbeddedSqs.start(directory.resolve("sqs"), 0);
        EmbeddedDynamoDb dynamoDbServer = EmbeddedDynamoDb.start(directory.resolve("dynamodb"), 0);
        SqsClient sqs =
            SqsClient.builder()
                .endpointOverride(sqsServer.endpoint())
                .credentialsProvider(CREDENTIALS)
                .region(Region.of(EmbeddedSqs.REGION))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
        DynamoDbClient dynamoDb =
            DynamoDbClient.builder()
                .endpointOverride(dynamoDbServer.endpoint())
                .credentialsProvider(CREDENTIALS)
                .region(Region.of(EmbeddedSqs.REGION))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build()) {
      Instant now = Instant.now();
      Event event = new Event(key, "receipt.created", now, null, Body.ofUtf8("{}"));
      Recording recording =
          new DynamoDbInbox(
                  dynamoDb,
                  LocalStack.TABLE,
                  new InMemoryBodyStore(InstantSource.system()),
                  DynamoDbInbox.DEFAULT_INLINE_BYTES,
                  TestStack.RETENTION)
              .record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null));
      assertEquals(new Recording.Created(), recording);
      String url = sqs.getQueueUrl(get -> get.queueName(LocalStack.QUEUE)).queueUrl();
      new SqsWorkQueue(sqs, url).push(Pointer.to(key), Duration.ZERO);
    }
  }
}
