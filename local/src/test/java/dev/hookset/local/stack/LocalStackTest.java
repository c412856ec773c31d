package dev.hookset.local.stack;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The whole way over HTTP, with the handlers that would be deployed. */
final class LocalStackTest {
  private static final int MIB = 1024 * 1024;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static TestStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack = TestStack.inMemory(null);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  static List<Provider> providers() {
    return Providers.deployed();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_ofEveryProvider_isRecordedAndHandled(Provider provider) throws Exception {
    TestStack.Answer answer = stack.post(TestStack.genuine(provider));

    Receipt receipt = stack.observed().receipt();
    assertEquals(Receipt.Outcome.ACCEPTED, receipt.outcome(), receipt::toString);
    assertEquals(provider.name(), receipt.provider());
    assertEquals(SAMPLES.defaultType(provider), receipt.type());
    assertNull(receipt.pushFailure());
    EventKey key = key(receipt);
    assertEquals(provider.successStatus(), answer.status());
    if (provider.successStatus() == 204) {
      assertEquals("", answer.body());
    } else {
      assertTrue(answer.body().contains("\"status\":\"accepted\""), answer::body);
      assertTrue(answer.body().contains(key.eventId()), answer::body);
    }
    Report report = stack.observed().attempt(key);
    assertEquals(Report.Outcome.DONE, report.outcome(), report::toString);
    assertEquals(List.of("otherwise"), report.handlers());
    assertEquals(1, report.attempt());
    InboxRecord record = stack.record(key);
    assertEquals(Status.DONE, record.status());
    assertEquals(receipt.type(), record.type());
    assertNotNull(record.expiresAt());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void sameDelivery_again_isADuplicateAndHandledOnce(Provider provider) throws Exception {
    DeliveryRequest request = TestStack.genuine(provider);
    stack.post(request);
    EventKey key = key(stack.observed().receipt());
    assertEquals(Report.Outcome.DONE, stack.observed().attempt(key).outcome());

    TestStack.Answer again = stack.post(request);

    Receipt receipt = stack.observed().receipt();
    assertEquals(Receipt.Outcome.DUPLICATE, receipt.outcome());
    assertEquals(key, receipt.key());
    assertEquals(provider.successStatus(), again.status());
    assertEquals(1, stack.record(key).attempts());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void forged_ofEveryProvider_isRefusedAsInvalidSignature(Provider provider) throws Exception {
    TestStack.Answer answer = stack.post(TestStack.genuine(provider).tampered());

    assertRefused(provider, "invalid_signature", answer);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void stale_ofEveryProvider_isRefusedAsOutOfTolerance(Provider provider) throws Exception {
    TestStack.Answer answer = stack.post(TestStack.stale(provider));

    assertRefused(provider, "timestamp_out_of_tolerance", answer);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void unsigned_ofEveryProvider_isRefusedAsMissingSignature(Provider provider) throws Exception {
    DeliveryRequest signed = TestStack.genuine(provider);

    TestStack.Answer answer = stack.post(new DeliveryRequest(provider, Map.of(), signed.body()));

    assertRefused(provider, "missing_signature", answer);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void binaryContentType_reachesTheFunctionInBase64_isAccepted(Provider provider) throws Exception {
    TestStack.Answer answer = stack.post(TestStack.genuine(provider), "application/octet-stream");

    Receipt receipt = stack.observed().receipt();
    assertEquals(Receipt.Outcome.ACCEPTED, receipt.outcome(), receipt::toString);
    assertEquals(provider.successStatus(), answer.status());
    assertEquals(Report.Outcome.DONE, stack.observed().attempt(key(receipt)).outcome());
  }

  @Test
  void bytesThatAreNoUtf8_authentic_arriveUnchangedAndAreQuarantined() throws Exception {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Provider lemma = TestStack.provider("lemma");

    stack.post(TestStack.genuine(lemma, Body.wrap(bytes)));

    EventKey key = key(stack.observed().receipt());
    InboxRecord record = stack.record(key);
    assertEquals(Status.QUARANTINED, record.status());
    assertEquals(Body.wrap(bytes), record.body());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void notJson_authentic_isQuarantinedAndNotHandled(Provider provider) throws Exception {
    Body body = Body.ofUtf8("not JSON, by " + provider.name());

    TestStack.Answer answer = stack.post(TestStack.genuine(provider, body));

    Receipt receipt = stack.observed().receipt();
    assertEquals(Receipt.Outcome.QUARANTINED, receipt.outcome());
    assertFalse(receipt.conflict());
    EventKey key = new EventKey(provider.name(), "sha256:" + body.sha256());
    assertEquals(key, receipt.key());
    assertEquals(provider.successStatus(), answer.status());
    InboxRecord record = stack.record(key);
    assertEquals(Status.QUARANTINED, record.status());
    assertEquals(0, record.attempts());
  }

  @Test
  void otherBytes_underTheSameId_areQuarantinedAsAConflict() throws Exception {
    Provider lucid = TestStack.provider("lucid");
    String id = UUID.randomUUID().toString();
    stack.post(TestStack.genuine(lucid, lucidBody(id, 10, "a")));
    EventKey first = key(stack.observed().receipt());

    TestStack.Answer answer = stack.post(TestStack.genuine(lucid, lucidBody(id, 10, "b")));

    Receipt receipt = stack.observed().receipt();
    assertEquals(Receipt.Outcome.QUARANTINED, receipt.outcome());
    assertTrue(receipt.conflict());
    assertEquals(200, answer.status());
    assertEquals(Status.QUARANTINED, stack.record(key(receipt)).status());
    assertEquals(Report.Outcome.DONE, stack.observed().attempt(first).outcome());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/webhooks",
        "/webhooks/",
        "/webhooks/nobody",
        "/webhooks/lemma/",
        "/webhooks/LEMMA",
        "/other/webhooks/lemma"
      })
  void otherPath_posted_isNotFound(String path) throws Exception {
    URI url = stack.url("lemma").resolve(path);

    TestStack.Answer answer =
        stack.answer(HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString("{}")));

    assertEquals(new TestStack.Answer(404, "{\"message\":\"Not Found\"}"), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS"})
  void otherMethod_onARoute_isNotFound(String method) throws Exception {
    TestStack.Answer answer =
        stack.answer(
            HttpRequest.newBuilder(stack.url("lemma"))
                .method(method, HttpRequest.BodyPublishers.noBody()));

    assertEquals(404, answer.status());
  }

  @Test
  void sevenMegabytes_moreThanLambdaTakes_isAnsweredByTheDoorItself() throws Exception {
    Provider lucid = TestStack.provider("lucid");

    TestStack.Answer answer =
        stack.post(TestStack.genuine(lucid, lucidBody("large", 7 * MIB, "a")));

    assertEquals(new TestStack.Answer(413, "{\"message\":\"Request Too Long\"}"), answer);
  }

  @Test
  void fiveMegabytes_sentAsBinary_areTooLongInBase64() throws Exception {
    Provider lucid = TestStack.provider("lucid");

    TestStack.Answer answer =
        stack.post(
            TestStack.genuine(lucid, lucidBody("large", 5 * MIB, "a")), "application/octet-stream");

    assertEquals(new TestStack.Answer(413, "{\"message\":\"Request Too Long\"}"), answer);
  }

  @Test
  void oneByteMoreThanFourMebibytes_authentic_isRefusedAsTooLarge() throws Exception {
    Provider lucid = TestStack.provider("lucid");

    TestStack.Answer answer =
        stack.post(TestStack.genuine(lucid, lucidBody("large", 4 * MIB + 1, "a")));

    assertEquals(new TestStack.Answer(413, "{\"error\":\"body_too_large\"}"), answer);
    assertEquals("body_too_large", stack.observed().receipt().detail());
  }

  @Test
  void fourMebibytes_thatCompressWell_areHandled() throws Exception {
    assertHandled(lucidBody(UUID.randomUUID().toString(), 4 * MIB, "a"));
  }

  @Test
  void threeHundredKilobytes_thatDoNotCompressWell_areHandled() throws Exception {
    assertHandled(lucidBody(UUID.randomUUID().toString(), 300_000, random()));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void fourMebibytes_thatNoRecordCanHold_goTheWholeWay(Provider provider) throws Exception {
    Body body = padded(TestStack.genuine(provider).body(), 4 * MIB);
    assertEquals(4 * MIB, body.size());

    TestStack.Answer answer = stack.post(TestStack.genuine(provider, body));

    assertEquals(provider.successStatus(), answer.status(), answer::body);
    EventKey key = key(stack.observed().receipt());
    assertEquals(Report.Outcome.DONE, stack.observed().attempt(key).outcome());
    InboxRecord record = stack.record(key);
    assertEquals(Status.DONE, record.status());
    assertNotNull(record.overflow());
    assertEquals(body, stack.stack().inbox().body(record));
  }

  @Test
  void door_onAnyAddressButLoopback_doesNotListen() throws Exception {
    List<Integer> ports =
        List.of(
            stack.url("lemma").getPort(),
            stack.stack().dynamoDbEndpoint().getPort(),
            stack.stack().sqsEndpoint().getPort(),
            stack.stack().s3Endpoint().getPort());
    for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : network.inetAddresses().toList()) {
        if (address.isLoopbackAddress()) {
          continue;
        }
        for (int port : ports) {
          try (Socket socket = new Socket()) {
            assertThrows(
                IOException.class,
                () -> socket.connect(new InetSocketAddress(address, port), 2_000),
                () -> address + " port " + port + " is open to the network");
          }
        }
      }
    }
  }

  @Test
  void workQueue_attributes_areTheTemplates() {
    Map<String, String> work = stack.attributes(stack.stack().queueUrl());
    Map<String, String> dead = stack.attributes(stack.stack().deadLetterQueueUrl());

    assertEquals("360", work.get("VisibilityTimeout"));
    String redrive = String.valueOf(work.get("RedrivePolicy"));
    assertTrue(redrive.contains("\"maxReceiveCount\":20"), redrive);
    assertTrue(redrive.contains(":" + LocalStack.DEAD_LETTER_QUEUE + "\""), redrive);
    assertFalse(dead.containsKey("RedrivePolicy"));
    assertTrue(stack.stack().queueUrl().endsWith("/" + LocalStack.QUEUE));
  }

  @Test
  void table_keysIndexAndTimeToLive_areTheTemplates() {
    TableDescription table =
        stack.stack().dynamoDb().describeTable(get -> get.tableName(LocalStack.TABLE)).table();

    assertEquals(
        List.of("pk"), table.keySchema().stream().map(key -> key.attributeName()).toList());
    Map<String, GlobalSecondaryIndexDescription> indexes =
        table.globalSecondaryIndexes().stream()
            .collect(Collectors.toMap(index -> index.indexName(), index -> index));
    assertEquals(Set.of("byStatus", "byReceipt"), indexes.keySet());
    assertIndex(
        indexes,
        "byStatus",
        List.of("statusShard", "dueAt"),
        Set.of("pushes", "notBefore", "traceId"));
    assertIndex(indexes, "byReceipt", List.of("receiptShard", "receivedAt"), Set.of("type"));
    assertEquals(
        "expiresAt",
        stack
            .stack()
            .dynamoDb()
            .describeTimeToLive(get -> get.tableName(LocalStack.TABLE))
            .timeToLiveDescription()
            .attributeName());
  }

  private static void assertIndex(
      Map<String, GlobalSecondaryIndexDescription> indexes,
      String name,
      List<String> keys,
      Set<String> included) {
    GlobalSecondaryIndexDescription index = indexes.get(name);
    assertNotNull(index, name);
    assertEquals(keys, index.keySchema().stream().map(key -> key.attributeName()).toList());
    assertEquals("INCLUDE", index.projection().projectionTypeAsString());
    assertEquals(included, Set.copyOf(index.projection().nonKeyAttributes()));
  }

  private static void assertHandled(Body body) throws Exception {
    TestStack.Answer answer = stack.post(TestStack.genuine(TestStack.provider("lucid"), body));

    assertEquals(200, answer.status(), answer::body);
    EventKey key = key(stack.observed().receipt());
    assertEquals(Report.Outcome.DONE, stack.observed().attempt(key).outcome());
    InboxRecord record = stack.record(key);
    assertEquals(Status.DONE, record.status());
    assertEquals(body, stack.stack().inbox().body(record));
  }

  private static void assertRefused(Provider provider, String reason, TestStack.Answer answer)
      throws InterruptedException {
    assertEquals(
        new TestStack.Answer(provider.refusalStatus(), "{\"error\":\"" + reason + "\"}"), answer);
    Receipt receipt = stack.observed().receipt();
    assertEquals(Receipt.Outcome.REFUSED, receipt.outcome());
    assertEquals(reason, receipt.detail());
  }

  /**
   * An event of Lucid's of exactly {@code size} bytes, filled up with repetitions of {@code
   * filling}.
   */
  private static Body lucidBody(String id, int size, String filling) {
    String start =
        "{\"id\":\""
            + id
            + "\",\"type\":\"receipt.created\",\"timestamp\":\""
            + Instant.now()
            + "\",\"data\":{\"filling\":\"";
    String end = "\"}}";
    int rest = Math.max(size - start.length() - end.length(), 1);
    String body = start + filling.repeat(rest / filling.length() + 1).substring(0, rest) + end;
    return Body.wrap(body.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * A body that says the same, with as much random text beside it as makes it {@code size} bytes.
   */
  private static Body padded(Body body, int size) {
    String text = body.utf8().strip();
    assertTrue(text.endsWith("}"), text);
    String start = text.substring(0, text.length() - 1) + ",\"padding\":\"";
    String padding = random().repeat(size / MIB + 1);
    return Body.ofUtf8(start + padding.substring(0, size - start.length() - 2) + "\"}");
  }

  /** Random text of a megabyte and more; base64 compresses to three quarters and no further. */
  private static String random() {
    byte[] bytes = new byte[MIB];
    new Random(20_261_121).nextBytes(bytes);
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  private static EventKey key(Receipt receipt) {
    EventKey key = receipt.key();
    assertNotNull(key, receipt::toString);
    return key;
  }
}
