package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedS3;
import dev.hookset.local.embedded.EmbeddedSqs;
import java.util.List;
import org.junit.jupiter.api.Test;

// On a busy machine `./hookset demo` failed two times of three: the first write took longer than
// the
// receiver waits for its table, and its repetition made a duplicate of the first delivery.
final class WarmupTest {
  @Test
  void warmup_afterOneThatWasKilled_leavesNothingBehind() throws Exception {
    try (EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(null, 0);
        EmbeddedSqs sqs = EmbeddedSqs.start(null, 0);
        EmbeddedS3 s3 = EmbeddedS3.start(null, 0);
        LocalClients clients =
            new LocalClients(dynamoDb.endpoint(), sqs.endpoint(), s3.endpoint())) {
      Warmup.createTable(clients.dynamoDb());

      Warmup.run(clients);
      Warmup.run(clients);

      assertEquals(List.of(), clients.dynamoDb().listTables().tableNames());
      assertEquals(List.of(), clients.sqs().listQueues().queueUrls());
    }
  }

  @Test
  void stack_thatIsReady_hasOnlyItsOwnTableAndQueues() throws Exception {
    try (TestStack stack = TestStack.inMemory(null)) {
      assertEquals(List.of(LocalStack.TABLE), stack.stack().dynamoDb().listTables().tableNames());
      assertEquals(2, stack.stack().sqs().listQueues().queueUrls().size());
    }
  }
}
