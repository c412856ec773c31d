package dev.hookset.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.keys.PublishedKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.AwsServiceClientConfiguration;

/** The SDK gives up before the function does. */
final class PatienceTest {
  /** What template.yaml gives a receiver; the tests beside the template hold it to this number. */
  private static final Duration RECEIVER_ENDS = Duration.ofSeconds(9);

  /** The shorter one of the relay's and the worker's. */
  private static final Duration RELAY_ENDS = Duration.ofSeconds(55);

  /** A body that no record can hold, the record, and its push. */
  private static final int CALLS_FOR_THE_EVENT = 3;

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
  void working_twoCallsThatFail_leaveHalfOfTheFunctionsTime() {
    Duration call = call(Clients.Patience.WORKING);

    assertFits(List.of(call, call), RELAY_ENDS.dividedBy(2));
  }

  private static Duration forTheEvent() {
    return call(Clients.Patience.RECEIVING).multipliedBy(CALLS_FOR_THE_EVENT);
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
    return Wiring.clients(new Environment(Map.of("AWS_REGION", "eu-central-1")), patience);
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
