package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.TurnTerms;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What each step of a small event costs, in the write units of the table and of its indexes. */
final class WriteUnitsTest {
  private static final Instant NOON = Instant.parse("2096-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt");

  private final Meter meter = new Meter();

  @Test
  void event_recordedAndHandled_costsOneUnitOfTheIndexByReceipt() throws IOException {
    try (EmbeddedParts parts = EmbeddedParts.start();
        DynamoDbClient client = counting(parts)) {
      parts.keepForEver();
      Inbox inbox = parts.inbox(client);

      inbox.record(fresh(Status.RECEIVED));
      assertEquals(Map.of("table", 1.0, "byStatus", 1.0, "byReceipt", 1.0), units());

      InboxRecord claimed =
          ((Claim.Granted)
                  inbox.claim(KEY, new ClaimTerms("owner", NOON, NOON.plusSeconds(60), 9, false)))
              .claimed();
      assertEquals(Map.of("table", 1.0), units());

      inbox.settle(claimed, new Settlement.Done("log"), NOON.plusSeconds(1));
      assertEquals(Map.of("table", 1.0, "byStatus", 1.0), units());

      InboxRecord done = inbox.find(KEY).orElseThrow();
      inbox.replay(done, NOON.plusSeconds(2));
      assertEquals(Map.of("table", 1.0, "byStatus", 1.0), units());
    }
  }

  /** The same figures were measured before there were histories. */
  @Test
  void event_ofAKilobyte_costsWhatItDidWithoutAHistory() throws IOException {
    Random random = new Random(1);
    StringBuilder json = new StringBuilder("{\"text\":\"");
    while (json.length() < 1022) {
      json.append(Integer.toHexString(random.nextInt())).append(" customer ");
    }
    json.setLength(1022);
    Event event =
        new Event(
            KEY,
            "incident.created",
            NOON,
            "prod",
            Body.ofUtf8(json + "\"}"),
            new Origin("dlv_0123456789", "wrk_0123456789", "prj_0123456789"));
    String trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    try (EmbeddedParts parts = EmbeddedParts.start();
        DynamoDbClient client = counting(parts)) {
      parts.keepForEver();
      Inbox inbox = parts.inbox(client);
      String owner = "5759e988-bd86-2e3f-e1be-46a994272793/bd862e3f-e1be-46a9-9427-27935759e988";

      List<Double> steps = new ArrayList<>();
      inbox.record(
          new NewRecord(
              event, NOON, Status.RECEIVED, Map.of("x-lemma-delivery", "dlv_0123456789"), trace));
      steps.add(units().get("table"));
      InboxRecord claimed =
          ((Claim.Granted)
                  inbox.claim(KEY, new ClaimTerms(owner, NOON, NOON.plusSeconds(60), 9, false)))
              .claimed();
      steps.add(units().get("table"));
      inbox.settle(claimed, new Settlement.Done("log"), NOON.plusSeconds(1));
      steps.add(units().get("table"));

      assertEquals(List.of(1.0, 1.0, 1.0), steps);
    }
  }

  @Test
  void event_skipped_costsTheTableAndTheIndexByReceipt() throws IOException {
    try (EmbeddedParts parts = EmbeddedParts.start();
        DynamoDbClient client = counting(parts)) {
      parts.keepForEver();

      parts.inbox(client).record(fresh(Status.SKIPPED));

      assertEquals(Map.of("table", 1.0, "byReceipt", 1.0), units());
    }
  }

  @Test
  void turn_ofTheLongestNames_costsOneUnitToTakeAndOneToEnd() throws IOException {
    try (EmbeddedParts parts = EmbeddedParts.start();
        DynamoDbClient client = counting(parts)) {
      parts.keepForEver();
      Inbox inbox = parts.inbox(client);
      SubjectKey subject = new SubjectKey("lemma", "x".repeat(256));
      String owner = "5759e988-bd86-2e3f-e1be-46a994272793/bd862e3f-e1be-46a9-9427-27935759e988";
      EventKey holder = new EventKey("lemma", "y".repeat(256));

      inbox.takeTurn(subject, new TurnTerms(holder, NOON, owner, NOON, NOON.plusSeconds(60)));
      assertEquals(Map.of("table", 1.0), units());

      inbox.endTurn(subject, owner, NOON, NOON);
      assertEquals(Map.of("table", 1.0), units());

      inbox.takeTurn(subject, new TurnTerms(holder, NOON, owner + "2", NOON, NOON.plusSeconds(60)));
      assertEquals(Map.of("table", 1.0), units());
    }
  }

  private static NewRecord fresh(Status status) {
    Event event = new Event(KEY, "incident.created", NOON, null, Body.ofUtf8("{}"));
    return new NewRecord(event, NOON, status, Map.of(), null);
  }

  private Map<String, Double> units() {
    return meter.lastUnits();
  }

  /** Returns a client that asks with each write what it costs. */
  private DynamoDbClient counting(EmbeddedParts parts) {
    return parts.dynamoDb(parts.http(), meter);
  }
}
