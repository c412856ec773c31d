package dev.hookset.local.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Query;
import dev.hookset.local.operator.Records;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The checks that a local and a deployed stack have in common. */
public final class Checkup {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** By it the local stack knows these calls, and counts them nowhere. */
  private static final String AGENT = "hookset-doctor";

  private static final Duration OVERDUE = Duration.ofMinutes(10);
  private static final Duration SKEW = Duration.ofSeconds(30);

  /** Lambda asks for a queue that hides a message for six times the function's timeout. */
  private static final int HIDING_TIMES = 6;

  /** As many of a kind as are counted; more is told as more. */
  private static final int COUNTED = 1000;

  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();

  /** Creates a check-up that has not looked at anything yet. */
  public Checkup(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns what was found so far, in the order of the checks. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** Looks at the secrets in the environment that a local stack is started with. */
  public void secrets(Map<String, String> environment) {
    findings.addAll(SecretCheck.environment(environment));
  }

  void add(Finding finding) {
    findings.add(finding);
  }

  /**
   * Looks at the routes of the user's handlers.
   *
   * @param odd what is odd about them, a sentence each
   */
  public void routes(List<String> odd) {
    for (String flaw : odd) {
      add(Finding.warning("handlers", flaw, "Correct the route in app.Handlers if it is a slip."));
    }
    if (odd.isEmpty()) {
      add(Finding.ok("handlers", "every route fits something that its provider documents"));
    }
  }

  /**
   * Notes that the user's handlers are not given all that they ask for.
   *
   * @param what what is missing, and what to do
   * @param mayBeSet whether they may be set elsewhere, and are missing only here
   */
  public void missingSettings(String what, boolean mayBeSet) {
    add(
        mayBeSet
            ? Finding.warning(
                "handlers",
                what,
                "A `./hookset dev` that was started with them has them; any other keeps to the"
                    + " handlers before, or does not start.")
            : Finding.bad(
                "handlers",
                what,
                "Until then no worker starts; a `./hookset dev` that runs keeps to the handlers"
                    + " before."));
  }

  /** Notes that the user's handlers cannot be looked at. */
  public void noRoutes(String reason) {
    add(
        Finding.warning(
            "handlers",
            "they cannot be looked at here: " + reason,
            "Give this command the variables that the worker has, or mend what the message says."));
  }

  /**
   * Calls a receiver without a signature. It looks for its key before it looks at the delivery, so
   * the answer tells whether the function runs and has a key, by its own rights and not by ours.
   *
   * @param cure what gives it a key
   */
  public void knock(Provider provider, URI url, String cure) {
    String subject = provider.name() + "'s URL";
    HttpResponse<String> answer = call(subject, "POST", url);
    if (answer != null) {
      judge(subject, provider, answer.statusCode(), error(answer.body()), cure);
    }
  }

  /**
   * Looks whether a gateway is at a receiver's address, without a call of the receiver: no method
   * but those of its route gets through.
   */
  void gateway(Provider provider, URI url) {
    String subject = provider.name() + "'s URL";
    HttpResponse<String> answer = call(subject, "PUT", url);
    if (answer != null) {
      int status = answer.statusCode();
      add(
          status == 404
              ? Finding.ok(subject, "the gateway answers there")
              : Finding.warning(
                  subject,
                  "a PUT is answered " + status + " where the gateway's 404 is expected",
                  "Look at what stands before the gateway: a firewall, a proxy, a domain of another"
                      + " stack."));
    }
  }

  /** Calls an address, and compares the clocks by the answer; null if there is none. */
  private @Nullable HttpResponse<String> call(String subject, String method, URI url) {
    Instant before = clock.instant();
    HttpResponse<String> answer;
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      answer =
          http.send(
              HttpRequest.newBuilder(url)
                  .timeout(TIMEOUT)
                  .header("User-Agent", AGENT)
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      add(
          Finding.bad(
              subject,
              url + " does not answer",
              "Check whether the stack is up, and at the network in between."));
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
    Instant there = date(answer);
    if (there != null) {
      clock(subject, there, before, clock.instant());
    }
    return answer;
  }

  /**
   * Judges what a receiver answered to a delivery without a signature.
   *
   * @param error the word that says why
   * @param cure what gives it a key
   */
  void judge(String subject, Provider provider, int status, String error, String cure) {
    add(judged(subject, provider, status, error, cure));
  }

  private static Finding judged(
      String subject, Provider provider, int status, String error, String cure) {
    if (status == provider.refusalStatus() && "missing_signature".equals(error)) {
      return Finding.ok(
          subject, "it has a key, and refuses what is not signed; " + provider.replay());
    }
    if (status == 500 && "not_configured".equals(error)) {
      return Finding.bad(
          subject,
          "it has no key, and answers 500 to every delivery",
          provider.whereToFindTheKey() + ". " + cure);
    }
    if (status == 503 && "unavailable".equals(error)) {
      return Finding.bad(
          subject,
          "it cannot fetch its key, and answers 503 to every delivery",
          "The function's log names what does not answer: Secrets Manager, or the address of the"
              + " signing key (and whether the API key is still good).");
    }
    return Finding.bad(
        subject,
        "it answers " + status + " where " + provider.refusalStatus() + " is expected",
        status >= 500
            ? "The function fails: its log names the variable that is wrong, or what it cannot"
                + " reach."
            : "Something else answers at this URL: a proxy, or another version of the stack.");
  }

  /** The clock of this machine, by that of another which is known to be right. */
  private void clock(String subject, Instant there, Instant before, Instant after) {
    if (findings.stream().anyMatch(finding -> finding.subject().equals("clock"))) {
      return;
    }
    Duration skew =
        there.isBefore(before)
            ? Duration.between(there, before)
            : there.isAfter(after) ? Duration.between(after, there) : Duration.ZERO;
    add(
        skew.compareTo(SKEW) <= 0
            ? Finding.ok("clock", "this machine's agrees with that behind " + subject)
            : Finding.warning(
                "clock",
                "this machine's differs by " + skew.toSeconds() + " s from that behind " + subject,
                "Set it by the network (NTP): times given to these commands, and what `./hookset"
                    + " send` signs, go by it."));
  }

  /**
   * Looks at the queues' settings.
   *
   * @param workerTimeout how long the worker may run
   */
  public void queues(SqsClient sqs, String queueUrl, String deadLetterUrl, Duration workerTimeout) {
    Map<QueueAttributeName, String> work = attributes(sqs, queueUrl);
    Map<QueueAttributeName, String> dead = attributes(sqs, deadLetterUrl);
    long hidden = number(work, QueueAttributeName.VISIBILITY_TIMEOUT);
    long needed = HIDING_TIMES * workerTimeout.toSeconds();
    add(
        hidden >= needed
            ? Finding.ok(
                "work queue",
                "hides a message for " + hidden + " s, six times the worker's timeout")
            : Finding.bad(
                "work queue",
                "hides a message for " + hidden + " s, less than six times the worker's timeout",
                "Set WorkQueue's VisibilityTimeout to at least " + needed + " and deploy."));
    JsonNode redrive = json(work.getOrDefault(QueueAttributeName.REDRIVE_POLICY, "{}"));
    String arn = dead.get(QueueAttributeName.QUEUE_ARN);
    int receives = redrive.path("maxReceiveCount").asInt();
    add(
        arn == null || !arn.equals(redrive.path("deadLetterTargetArn").asText())
            ? Finding.bad(
                "dead-letter queue",
                "the work queue does not give up messages into it",
                "Set WorkQueue's RedrivePolicy as the template has it, and deploy.")
            : receives < 5
                ? Finding.warning(
                    "dead-letter queue",
                    "a message is given up after "
                        + receives
                        + " receives; throttling alone may use up as many",
                    "Set maxReceiveCount to 20, as the template has it, and deploy.")
                : Finding.ok("dead-letter queue", "takes what came back " + receives + " times"));
    long workRetention = number(work, QueueAttributeName.MESSAGE_RETENTION_PERIOD);
    long deadRetention = number(dead, QueueAttributeName.MESSAGE_RETENTION_PERIOD);
    if (deadRetention < workRetention) {
      add(
          Finding.warning(
              "dead-letter queue",
              "keeps messages for a shorter time than the work queue, whose time counts",
              "Set its MessageRetentionPeriod to 1209600 (14 days), as the template has it, and"
                  + " deploy."));
    }
  }

  /** Looks at the table: its indexes, and that it lets go of what has expired. */
  public void table(DynamoDbClient dynamoDb, String name) {
    TableDescription table = dynamoDb.describeTable(get -> get.tableName(name)).table();
    Set<String> ready =
        table.globalSecondaryIndexes().stream()
            .filter(index -> index.indexStatus() == IndexStatus.ACTIVE)
            .map(index -> index.indexName())
            .collect(Collectors.toSet());
    for (String index : List.of(DynamoDbInbox.INDEX, DynamoDbInbox.RECEIPT_INDEX)) {
      if (!ready.contains(index)) {
        add(
            Finding.bad(
                "table",
                "its index " + index + " is missing or still being built",
                "Wait for it to be built; if it is missing, deploy the template anew."));
      }
    }
    TimeToLiveDescription ttl =
        dynamoDb.describeTimeToLive(get -> get.tableName(name)).timeToLiveDescription();
    add(
        ttl != null && "expiresAt".equals(ttl.attributeName())
            ? Finding.ok("table", "lets go of what has expired")
            : Finding.warning(
                "table",
                "does not let go of what has expired",
                "Turn its time to live on, for the attribute expiresAt, as the template has it."));
  }

  /** Looks for what waits for a person, and for what nobody looks after. */
  public void backlog(Records records, Inbox inbox, SqsClient sqs, String deadLetterUrl) {
    int dead = Operator.depth(sqs, deadLetterUrl);
    if (dead > 0) {
      add(
          Finding.warning(
              "dead-letter queue",
              dead + " messages lie there",
              "`./hookset redrive --dry-run` says how many, `./hookset redrive` moves them back."
                  + " Their records are open still, so the relay looks after them too."));
    }
    count(
        records,
        Status.FAILED,
        "`./hookset list --status failed` shows why; `./hookset replay --failed` tries again.");
    count(
        records,
        Status.QUARANTINED,
        "`./hookset list --status quarantined` names them, `./hookset show PROVIDER ID --body`"
            + " shows each; if it is to be handled all the same, `./hookset replay PROVIDER ID`.");
    Instant since = clock.instant().minus(OVERDUE);
    int overdue = 0;
    List<UnreadableRecord> unreadable = new ArrayList<>();
    for (int shard = 0; shard < Lifecycle.SHARDS; shard++) {
      overdue += inbox.due(shard, since, unreadable::add).hasNext() ? 1 : 0;
    }
    if (!unreadable.isEmpty()) {
      add(
          Finding.bad(
              "records",
              unreadable.size() + " cannot be read, such as: " + unreadable.getFirst().getMessage(),
              "Mend the item in the table's console, or delete it; `./hookset list` names each."));
    }
    add(
        overdue == 0
            ? Finding.ok("relay", "nothing is overdue")
            : Finding.bad(
                "relay",
                "there are events that are overdue for more than " + OVERDUE.toMinutes() + " min",
                "The relay does not run, or not to its end: look at its log and its schedule."));
  }

  private void count(Records records, Status status, String cure) {
    int count = records.newest(Query.of(status), COUNTED, COUNTED).records().size();
    String word = status == Status.FAILED ? "failed" : "quarantined";
    add(
        count == 0
            ? Finding.ok(word + " events", "none")
            : Finding.warning(
                word + " events", (count == COUNTED ? "at least " : "") + count, cure));
  }

  private static Map<QueueAttributeName, String> attributes(SqsClient sqs, String url) {
    return sqs.getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.ALL))
        .attributes();
  }

  private static long number(Map<QueueAttributeName, String> attributes, QueueAttributeName name) {
    return Long.parseLong(attributes.getOrDefault(name, "0"));
  }

  private static @Nullable Instant date(HttpResponse<String> answer) {
    String date = answer.headers().firstValue("date").orElse("");
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static String error(String body) {
    return json(body).path("error").asText();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }
}
