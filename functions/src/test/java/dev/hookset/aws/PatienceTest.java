package dev.hookset.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.keys.PublishedKeys;
import dev.hookset.inbox.BodyStore;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import dev.hookset.receive.Subscription;
import dev.hookset.receive.WorkQueue;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.Verifier;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.AwsServiceClientConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** The SDK gives up before the function does. */
final class PatienceTest {
  /** What template.yaml gives a receiver; the tests beside the template hold it to this number. */
  private static final Duration RECEIVER_ENDS = Duration.ofSeconds(9);

  /** A body that no record can hold and its record, both again under an ID of their own. */
  private static final int CALLS_FOR_A_CONFLICT = 4;

  @Test
  void receiving_bothVersionsOfTheSecretAndTheEvent_leaveASecondOfTheFunctionsTime() {
    Duration secret = callForSecret(Clients.Patience.RECEIVING);

    assertFits(List.of(secret, secret, forTheEvent(), Duration.ofSeconds(1)), RECEIVER_ENDS);
  }

  @Test
  void receiving_publishedKeysAndTheEvent_leaveASecondOfTheFunctionsTime() {
    assertFits(
        List.of(PublishedKeys.LONGEST_FETCH, forTheEvent(), Duration.ofSeconds(1)), RECEIVER_ENDS);
  }

  @Test
  void receiving_secret_leavesHalfOfTheTimeForPublishedKeys() {
    assertFits(
        List.of(callForSecret(Clients.Patience.RECEIVING)),
        PublishedKeys.LONGEST_FETCH.dividedBy(2));
  }

  @Test
  void receiving_conflictWithALongBody_makesAsManyCallsAsItsTimeIsFor() {
    // Such a delivery could take 10 s of 9: nobody had counted its second body and second record.
    assertEquals(CALLS_FOR_A_CONFLICT, callsFor(true));
    assertTrue(callsFor(false) < CALLS_FOR_A_CONFLICT, "an event that is new takes less");
  }

  /**
   * Who gives up before a receiver does while its storage is down. An answer takes milliseconds
   * else, and the function goes on after them: what it can record, it does, and what is sent again
   * meanwhile is a duplicate. A shorter timeout would only lose events of those who wait.
   */
  private static final Map<String, Duration> GIVE_UP_BEFORE =
      Map.of(
          "slack", Duration.ofSeconds(3),
          "discord", Duration.ofSeconds(3),
          "zoom", Duration.ofSeconds(3),
          "shopify", Duration.ofSeconds(5),
          "linear", Duration.ofSeconds(5),
          "pagerduty", Duration.ofSeconds(5),
          "paddle", Duration.ofSeconds(5));

  @Test
  void receiving_inAnOutage_endsBeforeTheSenderGivesUp_butForThoseThatWereDecided() {
    Map<String, Duration> shorter = new TreeMap<>();
    for (Provider provider : Providers.all()) {
      Duration patience = provider.answerWithin();
      if (patience != null && patience.compareTo(RECEIVER_ENDS) <= 0) {
        shorter.put(provider.name(), patience);
      }
    }

    assertEquals(new TreeMap<>(GIVE_UP_BEFORE), shorter);
  }

  /** Has a delivery with a long body received, and counts the calls to S3, DynamoDB and SQS. */
  private static int callsFor(boolean isConflict) {
    AtomicInteger calls = new AtomicInteger();
    AtomicBoolean isThere = new AtomicBoolean(isConflict);
    DynamoDbClient dynamoDb =
        counting(
            DynamoDbClient.class,
            calls,
            () -> {
              if (isThere.getAndSet(false)) {
                throw ConditionalCheckFailedException.builder()
                    .item(
                        Map.of(
                            "status", AttributeValue.fromS("DONE"),
                            "digest", AttributeValue.fromS("another")))
                    .build();
              }
              return PutItemResponse.builder().build();
            });
    Provider lucid = Providers.named("lucid").orElseThrow();
    byte[] key = "whsec_of_the_test".getBytes(StandardCharsets.UTF_8);
    Body body = Body.ofUtf8("{\"id\":\"evt\",\"type\":\"t\"}");
    Receiver receiver =
        new Receiver(
            lucid,
            new Verifier(
                lucid.scheme(),
                () -> List.of(SharedSecret.of("whsec_of_the_test")),
                Duration.ofMinutes(5),
                1 << 20,
                InstantSource.system()),
            new DynamoDbInbox(
                dynamoDb,
                "inbox",
                counting(BodyStore.class, calls, () -> null),
                0,
                Duration.ofDays(30)),
            counting(WorkQueue.class, calls, () -> null),
            new Subscription("", null),
            Duration.ofDays(29),
            receipt -> assertEquals(200, receipt.reply().status(), receipt::toString));
    Reply _ =
        receiver.receive(
            new Delivery(Map.of("X-Lucid-Signature", hmac(key, body)), body, Instant.EPOCH), null);
    return calls.get();
  }

  private static String hmac(byte[] key, Body body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T counting(
      Class<T> type, AtomicInteger calls, Supplier<@Nullable Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, _, _) -> {
              calls.incrementAndGet();
              return answer.get();
            }));
  }

  @Test
  void working_lastCallThatBegins_endsBeforeTheInvocation() {
    Duration call = call(Clients.Patience.WORKING);

    assertFits(List.of(call, Duration.ofSeconds(1)), Wiring.WORKER_MARGINS.lastCall());
  }

  @Test
  void working_handlersInterrupted_leavesTimeForANoteAndItsRepetition() {
    Duration call = call(Clients.Patience.WORKING);

    assertFits(List.of(call, Duration.ofSeconds(1), call), Wiring.WORKER_MARGINS.stop());
  }

  @Test
  void working_claimAndBody_leaveTimeForWhatFollowsOnAHandler() {
    Duration call = call(Clients.Patience.WORKING);

    // Claim, body, settlement, delayed pointer; or claim, failing what cannot be read.
    assertFits(List.of(call, call, call, call), Wiring.WORKER_MARGINS.start());
  }

  @Test
  void relaying_aPageARecordAndItsBatch_fitIntoTheMargin() {
    Duration call = call(Clients.Patience.WORKING);

    assertFits(List.of(call, call, call, Duration.ofSeconds(1)), Wiring.RELAY_STOP_MARGIN);
  }

  @Test
  void cleaningUp_everyCallForOneBody_fitsIntoTheMargin() {
    Duration call = call(Clients.Patience.WORKING);

    // A page, whose it is, its record, its deletion.
    assertFits(List.of(call, call, call, call, Duration.ofSeconds(1)), Wiring.JANITOR_STOP_MARGIN);
  }

  private static Duration forTheEvent() {
    return call(Clients.Patience.RECEIVING).multipliedBy(CALLS_FOR_A_CONFLICT);
  }

  private static void assertFits(List<Duration> calls, Duration time) {
    Duration sum = calls.stream().reduce(Duration.ZERO, Duration::plus);

    assertTrue(sum.compareTo(time) <= 0, () -> calls + " take " + sum + " of " + time);
  }

  private static Duration callForSecret(Clients.Patience patience) {
    return clients(patience)
        .secretsManager()
        .serviceClientConfiguration()
        .overrideConfiguration()
        .apiCallTimeout()
        .orElseThrow();
  }

  private static Clients clients(Clients.Patience patience) {
    return new Adapters(new Environment(Map.of("AWS_REGION", "eu-central-1"))).clients(patience);
  }

  /** Returns how long any other call may take, all its attempts together. */
  private static Duration call(Clients.Patience patience) {
    Clients clients = clients(patience);
    List<AwsServiceClientConfiguration> configurations =
        List.of(
            clients.dynamoDb().serviceClientConfiguration(),
            clients.sqs().serviceClientConfiguration(),
            clients.s3().get().serviceClientConfiguration(),
            clients.eventBridge().serviceClientConfiguration());
    List<Duration> calls =
        configurations.stream()
            .map(each -> each.overrideConfiguration().apiCallTimeout().orElseThrow())
            .distinct()
            .toList();

    assertEquals(1, calls.size(), () -> patience + ": " + calls);
    return calls.getFirst();
  }
}
