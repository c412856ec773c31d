package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.Turn;
import dev.hookset.inbox.TurnTerms;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How a subject stands in the table. */
final class SubjectItemsTest {
  private static final Instant NOON = Instant.parse("2096-06-01T12:00:00Z");
  private static final EventKey HOLDER = new EventKey("lemma", "evt");

  private static EmbeddedParts parts;
  private static DynamoDbClient client;
  private static Inbox inbox;

  @BeforeAll
  static void start() throws IOException {
    parts = EmbeddedParts.start();
    parts.keepForEver();
    client = parts.dynamoDb(parts.http());
    inbox = parts.inbox(client);
  }

  @AfterAll
  static void stop() {
    parts.close();
  }

  private static Turn take(String subject, String owner, Instant now) {
    return inbox.takeTurn(
        new SubjectKey("lemma", subject),
        new TurnTerms(HOLDER, NOON, owner, now, now.plusSeconds(60)));
  }

  private static Map<String, AttributeValue> key(String subject) {
    return Map.of("pk", AttributeValue.fromS("#subject#lemma#" + subject));
  }

  private static Map<String, AttributeValue> item(String subject) {
    return client
        .getItem(get -> get.tableName(EmbeddedParts.TABLE).key(key(subject)).consistentRead(true))
        .item();
  }

  @Test
  void item_isUnderAKeyThatNoReceiverMayWriteToAndInNoIndex() {
    take("incident 42", "owner", NOON);

    Map<String, AttributeValue> taken = item("incident 42");
    assertEquals(
        Set.of("pk", "lease", "leaseUntil", "holder", "expiresAt"), taken.keySet(), "no index key");
    assertEquals(AttributeValue.fromS("lemma#evt"), taken.get("holder"));
  }

  @Test
  void item_outlivesWhatMayComeOfOlderEvents() {
    // An event may come, at most, as long after it happened as a record is kept; then it has that.
    take("kept", "owner", NOON);
    AttributeValue taken = item("kept").get("expiresAt");
    inbox.endTurn(new SubjectKey("lemma", "kept"), "owner", NOON, NOON.plusSeconds(9));
    AttributeValue ended = item("kept").get("expiresAt");

    long twice = NOON.plus(EmbeddedParts.RETENTION.multipliedBy(2)).getEpochSecond();
    assertEquals(AttributeValue.fromN(Long.toString(twice)), taken);
    assertEquals(AttributeValue.fromN(Long.toString(twice + 9)), ended);
  }

  @Test
  void item_ofANameTooLongForAKey_isUnderItsDigest() {
    take("x".repeat(257), "owner", NOON);

    assertEquals(Map.of(), item("x".repeat(257)));
    List<String> digests =
        client.scan(scan -> scan.tableName(EmbeddedParts.TABLE)).items().stream()
            .map(item -> String.valueOf(item.get("pk")))
            .filter(pk -> pk.contains("#subject#lemma#sha256:"))
            .toList();
    assertEquals(1, digests.size(), digests::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lease", "leaseUntil", "holder", "newest"})
  void takeTurn_onAnItemThatSomebodyHasDamaged_isGrantedOnceItsLeaseIsOver(String attribute) {
    // Else no event of the subject could ever be handled again.
    String subject = "damaged " + attribute;
    take(subject, "dead", NOON);
    Instant later = NOON;
    for (AttributeValue damage :
        List.of(AttributeValue.fromBool(true), AttributeValue.fromS("x"))) {
      Map<String, AttributeValue> item = new HashMap<>(item(subject));
      item.put(attribute, damage);
      client.putItem(put -> put.tableName(EmbeddedParts.TABLE).item(item));
      later = later.plusSeconds(600);
      String worker = "worker at " + later;

      Turn turn = take(subject, worker, later);
      if (turn instanceof Turn.Lapsed lapsed) {
        inbox.endTurn(new SubjectKey("lemma", subject), lapsed.owner(), null, later);
        turn = take(subject, worker, later);
      }

      assertEquals(new Turn.Granted(), turn, damage::toString);
    }
  }
}
