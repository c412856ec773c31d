package dev.hookset.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  @Test
  void receiving_bothVersionsOfTheSecretRecordAndPush_leaveASecondOfTheFunctionsTime() {
    Duration call = call(Clients.Patience.RECEIVING);

    assertFits(List.of(call, call, call, call, Duration.ofSeconds(1)), RECEIVER_ENDS);
  }

  @Test
  void working_twoCallsThatFail_leaveHalfOfTheFunctionsTime() {
    Duration call = call(Clients.Patience.WORKING);

    assertFits(List.of(call, call), RELAY_ENDS.dividedBy(2));
  }

  private static void assertFits(List<Duration> calls, Duration time) {
    Duration sum = calls.stream().reduce(Duration.ZERO, Duration::plus);

    assertTrue(sum.compareTo(time) <= 0, () -> calls + " take " + sum + " of " + time);
  }

  /** Returns how long a call may take, all its attempts together; the same for every service. */
  private static Duration call(Clients.Patience patience) {
    Clients clients = new Clients(new Environment(Map.of("AWS_REGION", "eu-central-1")), patience);
    List<AwsServiceClientConfiguration> configurations =
        List.of(
            clients.dynamoDb().serviceClientConfiguration(),
            clients.sqs().serviceClientConfiguration(),
            clients.secretsManager().serviceClientConfiguration(),
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
