package dev.hookset.aws;

import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.Inbox;
import dev.hookset.receive.WorkQueue;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * What the functions keep events in and say them to: table, bucket, queue and log, and the SDK's
 * clients, as the environment describes them.
 */
final class Adapters {
  /** The most days that any setting may say. */
  static final int MOST_DAYS = 36_500;

  private static final int DEFAULT_RETENTION_DAYS = 30;

  private static final String DEFAULT_NAMESPACE = "Hookset";
  private static final Pattern NAMESPACE = Pattern.compile("[0-9A-Za-z._/#:-]{1,255}");

  private final Environment environment;

  Adapters(Environment environment) {
    this.environment = environment;
  }

  /** Returns the source of the SDK's clients that the variables of Lambda and the SDK describe. */
  Clients clients(Clients.Patience patience) {
    return new Clients(
        environment.required("AWS_REGION"),
        this::credentials,
        service -> environment.url("AWS_ENDPOINT_URL_" + service),
        patience);
  }

  /**
   * Lambda gives them in variables, or, to a function that is restored from a snapshot, at an
   * address. The SDK's default chain would look into five more places, at the price of their
   * classes.
   */
  private AwsCredentialsProvider credentials() {
    String accessKey = environment.optional("AWS_ACCESS_KEY_ID");
    String secretKey = environment.optional("AWS_SECRET_ACCESS_KEY");
    String token = environment.optional("AWS_SESSION_TOKEN");
    if (accessKey == null || secretKey == null) {
      return ContainerCredentialsProvider.create();
    }
    return StaticCredentialsProvider.create(
        token == null
            ? AwsBasicCredentials.create(accessKey, secretKey)
            : AwsSessionCredentials.create(accessKey, secretKey, token));
  }

  Inbox inbox(DynamoDbClient dynamoDb, BodyStore bodies) {
    return new DynamoDbInbox(
        dynamoDb,
        table(),
        bodies,
        environment.integer(
            "WEBHOOK_INLINE_BODY_BYTES",
            DynamoDbInbox.DEFAULT_INLINE_BYTES,
            0,
            DynamoDbInbox.MOST_INLINE_BYTES),
        retention());
  }

  private String table() {
    return environment.required("INBOX_TABLE");
  }

  Duration retention() {
    return Duration.ofDays(
        environment.integer("WEBHOOK_RETENTION_DAYS", DEFAULT_RETENTION_DAYS, 2, MOST_DAYS));
  }

  BodyStore bodies(Clients clients) {
    return new S3BodyStore(clients.s3(), environment.required("OVERFLOW_BUCKET"));
  }

  WorkQueue queue(SqsClient sqs) {
    return new SqsWorkQueue(sqs, queueUrl());
  }

  private String queueUrl() {
    return environment.required("WORK_QUEUE_URL");
  }

  JsonLog log(InstantSource clock, PrintStream out) {
    String namespace = environment.optional("METRICS_NAMESPACE");
    if (namespace != null
        && (!NAMESPACE.matcher(namespace).matches() || namespace.startsWith("AWS/"))) {
      throw new Misconfiguration(
          "METRICS_NAMESPACE",
          "is '"
              + namespace
              + "'; up to 255 letters, digits and . - _ / # : are expected, and AWS/ in front is"
              + " AWS's own");
    }
    return new JsonLog(out, clock, namespace == null ? DEFAULT_NAMESPACE : namespace);
  }
}
