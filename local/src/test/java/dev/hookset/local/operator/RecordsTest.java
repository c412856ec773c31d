package dev.hookset.local.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.TypePattern;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.TurnTerms;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.stack.Resources;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * The lists of records, from a real table: as a deployed stack's are made, and as a local one's.
 */
@ParameterizedClass
@ValueSource(booleans = {false, true})
final class RecordsTest {
  private static final Instant NOON = Instant.parse("2096-06-01T12:00:00Z");
  private static final Path TEMPLATE = Path.of("..", "template.yaml");

  private static final List<SdkRequest> CALLS = Collections.synchronizedList(new ArrayList<>());

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static EmbeddedDynamoDb server;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static DynamoDbClient dynamoDb;

  private final String table = "t" + UUID.randomUUID();
  private final List<UnreadableRecord> passedOver = new ArrayList<>();
  private final boolean isLocal;
  private final Records records;
  private final DynamoDbInbox inbox =
      new DynamoDbInbox(
          dynamoDb,
          table,
          new S3BodyStore(
              () -> {
                throw new AssertionError("no body here is too long for its record");
              },
              "none"),
          DynamoDbInbox.DEFAULT_INLINE_BYTES,
          Duration.ofDays(30));

  RecordsTest(boolean isLocal) {
    this.isLocal = isLocal;
    this.records =
        isLocal
            ? Records.ofLocalTable(dynamoDb, table, passedOver::add, Providers.names())
            : new Records(dynamoDb, table, passedOver::add);
  }

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedDynamoDb.start(null, 0);
    dynamoDb =
        DynamoDbClient.builder()
            .endpointOverride(server.endpoint())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .region(Region.US_EAST_1)
            .httpClient(Apache5HttpClient.create())
            .overrideConfiguration(
                configuration ->
                    configuration.addExecutionInterceptor(
                        new ExecutionInterceptor() {
                          @Override
                          public void beforeExecution(
                              Context.BeforeExecution context, ExecutionAttributes attributes) {
                            CALLS.add(context.request());
                          }
                        }))
            .build();
  }

  @AfterAll
  static void stop() {
    dynamoDb.close();
    server.close();
  }

  @BeforeEach
  void createTable() throws IOException {
    new Resources(Template.read(TEMPLATE)).createTable(dynamoDb, table);
    dynamoDb.updateTimeToLive(
        update ->
            update
                .tableName(table)
                .timeToLiveSpecification(ttl -> ttl.enabled(false).attributeName("expiresAt")));
    CALLS.clear();
  }

  @Test
  void newest_ofEverything_isInTheOrderInWhichItCame() {
    List<EventKey> keys = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String provider = List.of("lamina", "lemma", "lucid").get(i % 3);
      // Fractions of a second too, as their texts would sort otherwise than they do.
      keys.add(recorded(provider, "evt" + i, Status.SKIPPED, NOON.plusMillis(100L * i)));
    }
    Collections.reverse(keys);

    Records.Page page = records.newest(Query.of(), 25, 1000);

    assertEquals(keys.subList(0, 25), keys(page.records()));
    assertNull(page.cutOff());
    assertEquals(keys, keys(records.stream(Query.of()).toList()));
  }

  @Test
  void newest_ofAStatus_holdsThoseAlone() {
    EventKey open = recorded("lemma", "open", Status.RECEIVED, NOON);
    EventKey held = recorded("lemma", "held", Status.RECEIVED, NOON.plusSeconds(1));
    EventKey retried = recorded("lemma", "retried", Status.RECEIVED, NOON.plusSeconds(2));
    EventKey done = recorded("lemma", "done", Status.RECEIVED, NOON.plusSeconds(3));
    EventKey failed = recorded("lemma", "failed", Status.RECEIVED, NOON.plusSeconds(4));
    EventKey skipped = recorded("lemma", "skipped", Status.SKIPPED, NOON.plusSeconds(5));
    EventKey quarantined = recorded("lemma", "odd", Status.QUARANTINED, NOON.plusSeconds(6));
    claimed(held);
    inbox.settle(
        claimed(retried), new Settlement.Retry("boom", NOON.plusSeconds(70)), NOON.plusSeconds(60));
    inbox.settle(claimed(done), new Settlement.Done(null), NOON.plusSeconds(60));
    inbox.settle(claimed(failed), new Settlement.Failed("never"), NOON.plusSeconds(60));

    assertEquals(
        Set.of(open, held, retried), Set.copyOf(found(Status.RECEIVED, Status.PROCESSING)));
    assertEquals(List.of(held), found(Status.PROCESSING));
    assertEquals(List.of(failed), found(Status.FAILED));
    assertEquals(List.of(quarantined), found(Status.QUARANTINED));
    assertEquals(List.of(skipped), found(Status.SKIPPED));
    assertEquals(List.of(done), found(Status.DONE));
    assertEquals(
        List.of(quarantined, skipped, failed),
        found(Status.SKIPPED, Status.QUARANTINED, Status.FAILED));
    assertEquals(
        Set.of(open, held, retried, done, failed, skipped, quarantined),
        Set.copyOf(keys(records.scan(Query.of()).toList())));
  }

  /** A subject of which the latest wins is an item of the same table, and no record. */
  @Test
  void lists_besideSubjects_showAndPassOverNoneOfThem() {
    EventKey key = recorded("lemma", "evt", Status.RECEIVED, NOON);
    inbox.settle(claimed(key), new Settlement.Superseded(null), NOON.plusSeconds(60));
    inbox.takeTurn(
        new SubjectKey("lemma", "incident"),
        new TurnTerms(key, NOON, "owner", NOON, NOON.plusSeconds(60)));

    assertEquals(List.of(key), keys(records.scan(Query.of()).toList()));
    assertEquals(List.of(key), found(Status.SUPERSEDED));
    assertEquals(List.of(), found(Status.RECEIVED, Status.PROCESSING));
    assertEquals(List.of(), passedOver);
  }

  @Test
  void newest_ofFailed_hasWhatFailedLastFirst() {
    EventKey first = recorded("lemma", "first", Status.RECEIVED, NOON);
    EventKey second = recorded("lucid", "second", Status.RECEIVED, NOON.plusSeconds(1));
    inbox.settle(claimed(second), new Settlement.Failed("x"), NOON.plusSeconds(60));
    inbox.settle(claimed(first), new Settlement.Failed("y"), NOON.plusSeconds(61));

    assertEquals(List.of(first, second), found(Status.FAILED));
    Listed listed = records.newest(Query.of(Status.FAILED), 1, 100).records().getFirst();
    assertEquals(
        new Listed(first, "type", Status.FAILED, NOON, NOON, "test", 1, 0, "y", null), listed);
  }

  @Test
  void newest_byProviderTypeAndTime_holdsWhatFitsAll() {
    recorded("lemma", "early", Status.SKIPPED, NOON.minusNanos(1));
    EventKey first = recorded("lemma", "first", Status.SKIPPED, NOON);
    recorded("lucid", "other", Status.SKIPPED, NOON.plusSeconds(1));
    recorded("lemma", "typed", "incident.created", Status.SKIPPED, NOON.plusSeconds(2));
    EventKey last = recorded("lemma", "last", Status.SKIPPED, NOON.plusSeconds(3));
    recorded("lemma", "late", Status.SKIPPED, NOON.plusSeconds(4));
    Query query =
        new Query(
            Set.of(Status.SKIPPED), "lemma", TypePattern.of("ty*"), NOON, NOON.plusSeconds(4));

    assertEquals(List.of(last, first), keys(records.newest(query, 10, 100).records()));
    assertEquals(
        List.of(), records.newest(query.received(NOON, NOON), 10, 100).records(), "an empty span");
  }

  @Test
  void newest_ofPendingByTime_leavesOutWhatCameBefore() {
    recorded("lemma", "early", Status.QUARANTINED, NOON.minusSeconds(1));
    EventKey first = recorded("lemma", "first", Status.QUARANTINED, NOON);
    recorded("lemma", "late", Status.QUARANTINED, NOON.plusSeconds(1));
    Query query = Query.of(Status.QUARANTINED).received(NOON, NOON.plusSeconds(1));

    assertEquals(List.of(first), keys(records.newest(query, 10, 100).records()));
  }

  @Test
  void newest_ofWhatIsRare_givesUpAndSaysHowFarItLooked() {
    EventKey rare = recorded("lemma", "rare", Status.SKIPPED, NOON);
    for (int i = 1; i <= 20; i++) {
      recorded("lemma", "evt" + i, Status.QUARANTINED, NOON.plusSeconds(i));
    }

    Records.Page cut = records.newest(Query.of(Status.SKIPPED), 5, 15);
    Records.Page whole = records.newest(Query.of(Status.SKIPPED), 5, 1000);

    assertEquals(List.of(), cut.records());
    assertEquals(15, cut.examined());
    assertEquals(NOON.plusSeconds(6), cut.cutOff());
    assertEquals(List.of(rare), keys(whole.records()));
    assertNull(whole.cutOff());
  }

  @Test
  void stream_ofManyPages_losesNone() {
    Records inSmallPages =
        new Records(dynamoDb, table, passedOver::add, 2, isLocal ? 100 : 0, Providers.names());
    List<EventKey> keys = new ArrayList<>();
    for (int i = 0; i < 110; i++) {
      keys.add(recorded("lemma", "evt" + i, Status.SKIPPED, NOON.plusMillis(i)));
    }
    Collections.reverse(keys);

    assertEquals(keys, keys(inSmallPages.stream(Query.of(Status.SKIPPED)).toList()));
  }

  @Test
  void newest_ofARecordThatHasMovedOn_goesByTheRecordAndNotByTheIndex() {
    EventKey key = recorded("lemma", "evt", Status.QUARANTINED, NOON);
    // As long as the index lags, the entry is still there.
    dynamoDb.updateItem(
        update ->
            update
                .tableName(table)
                .key(Map.of("pk", AttributeValue.fromS(key.toString())))
                .updateExpression("SET #status = :done")
                .expressionAttributeNames(Map.of("#status", "status"))
                .expressionAttributeValues(Map.of(":done", AttributeValue.fromS("DONE"))));

    assertEquals(List.of(), found(Status.QUARANTINED));
    assertEquals(List.of(key), found(Status.DONE));
  }

  @Test
  void table_keptFromBeforeAnIndexWasThere_getsItAtStart(@TempDir Path directory)
      throws IOException {
    String name = "old" + UUID.randomUUID();
    Path before = directory.resolve("template.yaml");
    Files.writeString(
        before,
        Files.readString(TEMPLATE)
            .replaceFirst(" {8}- \\{AttributeName: receiptShard.*\\n.*receivedAt.*\\n", "")
            .replaceFirst("(?s) {8}- IndexName: byReceipt\\n.*?\\[type\\]\\n", ""));
    new Resources(Template.read(before)).createTable(dynamoDb, name);
    assertEquals(Set.of("byStatus"), indexes(name));

    new Resources(Template.read(TEMPLATE)).createTable(dynamoDb, name);

    assertEquals(Set.of("byStatus", "byReceipt"), indexes(name));
  }

  private static Set<String> indexes(String name) {
    return dynamoDb
        .describeTable(get -> get.tableName(name))
        .table()
        .globalSecondaryIndexes()
        .stream()
        .map(index -> index.indexName())
        .collect(Collectors.toSet());
  }

  /**
   * A deployed table is never scanned. Where a call costs more than a small index, one is enough.
   */
  @Test
  void newest_ofAnything_makesFewCalls() {
    recorded("lemma", "evt", Status.SKIPPED, NOON);
    CALLS.clear();

    for (Status status : Status.values()) {
      records.newest(Query.of(status), 10, 100);
    }
    records.newest(Query.of(), 10, 100);
    records.conflicts(new EventKey("lemma", "evt"));

    List<ScanRequest> scans =
        CALLS.stream().filter(ScanRequest.class::isInstance).map(ScanRequest.class::cast).toList();
    if (isLocal) {
      assertEquals(Status.values().length + 2, scans.size());
      assertTrue(scans.stream().allMatch(scan -> scan.indexName() != null && scan.limit() > 0));
      assertTrue(CALLS.stream().noneMatch(QueryRequest.class::isInstance), CALLS::toString);
    } else {
      assertEquals(List.of(), scans);
    }
  }

  @Test
  void scan_readsTheTable() {
    recorded("lemma", "evt", Status.SKIPPED, NOON);
    CALLS.clear();

    assertEquals(1, records.scan(Query.of()).count());
    assertTrue(CALLS.stream().anyMatch(ScanRequest.class::isInstance));
  }

  private List<EventKey> found(Status... statuses) {
    return keys(records.newest(Query.of(statuses), 100, 1000).records());
  }

  private static List<EventKey> keys(List<Listed> listed) {
    return listed.stream().map(Listed::key).toList();
  }

  private EventKey recorded(String provider, String id, Status status, Instant receivedAt) {
    return recorded(provider, id, "type", status, receivedAt);
  }

  private EventKey recorded(
      String provider, String id, String type, Status status, Instant receivedAt) {
    EventKey key = new EventKey(provider, id);
    Event event = new Event(key, type, receivedAt, "test", Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, receivedAt, status, Map.of(), null));
    return key;
  }

  private InboxRecord claimed(EventKey key) {
    Instant now = NOON.plusSeconds(30);
    Claim claim = inbox.claim(key, new ClaimTerms("owner", now, now.plusSeconds(60), 9, false));
    InboxRecord record = claim instanceof Claim.Granted granted ? granted.claimed() : null;
    assertNotNull(record, claim::toString);
    return record;
  }
}
