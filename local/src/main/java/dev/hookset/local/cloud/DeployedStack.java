package dev.hookset.local.cloud;

import dev.hookset.aws.clients.RenewableHttpClient;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A stack in an AWS account. Credentials come from the SDK's default chain: variables, profiles,
 * SSO, roles. Clients are made when they are first asked for, and closed with the stack. Safe to
 * share between threads.
 */
public final class DeployedStack implements AutoCloseable {
  /** How the output ends that has a provider's address; the address ends in the provider's name. */
  private static final String URL = "WebhookUrl";

  private static final Duration CONNECTING = Duration.ofSeconds(2);
  private static final Duration READING = Duration.ofSeconds(30);
  private static final int FORBIDDEN = 403;

  private final String name;
  private final Region region;
  private final SdkHttpClient http;
  private final AwsCredentialsProvider credentials;
  private final @Nullable URI endpoint;
  private final @Nullable RetryMode retries;
  private final Stack stack;
  private final Map<String, String> outputs = new HashMap<>();

  /** How its outputs begin, by the name of the provider that they are about. */
  private final Map<String, String> words = new HashMap<>();

  private final Map<Class<?>, AutoCloseable> clients = new HashMap<>();

  private DeployedStack(
      String name, @Nullable String region, AwsSettings settings, @Nullable RetryMode retries) {
    this.name = name;
    this.retries = retries;
    this.region = settings.region(region);
    this.endpoint = settings.endpoint();
    this.credentials = settings.credentials();
    this.http = new RenewableHttpClient(CONNECTING, READING);
    try {
      this.stack = describe(settings.origin());
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
    for (Output output : stack.outputs()) {
      String key = output.outputKey();
      String value = output.outputValue();
      outputs.put(key, value);
      if (key.endsWith(URL)) {
        words.put(
            value.substring(value.lastIndexOf('/') + 1),
            key.substring(0, key.length() - URL.length()));
      }
    }
  }

  /**
   * Finds a stack.
   *
   * @param region where it is; null for the one that the environment or the profile names
   * @param environment the process's variables
   * @throws CloudProblem if there is none of that name, or it cannot be asked
   */
  public static DeployedStack find(
      String name, @Nullable String region, Map<String, String> environment) {
    return new DeployedStack(name, region, new AwsSettings(environment), null);
  }

  /**
   * Finds a stack for a command that waits and asks again by itself: a call is given up after
   * seconds, as the AWS CLI gives it up. DynamoDB's would otherwise be repeated for a minute while
   * nobody is told why.
   *
   * @throws CloudProblem if there is none of that name, or it cannot be asked
   */
  public static DeployedStack findToWaitFor(
      String name, @Nullable String region, Map<String, String> environment) {
    return new DeployedStack(name, region, new AwsSettings(environment), RetryMode.STANDARD);
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

  /** Returns the region that it is in. */
  public String region() {
    return region.id();
  }

  /** Returns how its last deploy ended, in CloudFormation's word. */
  public String status() {
    return stack.stackStatusAsString();
  }

  /** Returns the parameters that it was deployed with. */
  public Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>();
    stack.parameters().forEach(each -> parameters.put(each.parameterKey(), each.parameterValue()));
    return parameters;
  }

  /** Returns the table that holds the inbox. */
  public String table() {
    return output("InboxTableName");
  }

  /** Returns the bucket of the bodies that are too long for the table. */
  public String bucket() {
    return output("OverflowBucketName");
  }

  /** Returns the work queue's URL. */
  public String queueUrl() {
    return output("WorkQueueUrl");
  }

  /** Returns the URL of the dead-letter queue. */
  public String deadLetterQueueUrl() {
    return output("DeadLetterQueueUrl");
  }

  /** Returns the address at which a provider's deliveries are received. */
  public URI url(Provider provider) {
    return URI.create(output(word(provider) + URL));
  }

  /**
   * Returns whose deliveries it receives: those that its parameter {@code Providers} names, as far
   * as they are known here.
   *
   * @throws CloudProblem if it is no stack of this template
   */
  public List<Provider> providers() {
    List<Provider> received =
        Providers.all().stream().filter(each -> words.containsKey(each.name())).toList();
    if (received.isEmpty()) {
      function(Providers.all().getFirst()); // Says what is missing.
    }
    return received;
  }

  /** Returns the name of the function that receives a provider's deliveries. */
  public String function(Provider provider) {
    return output(word(provider) + "FunctionName");
  }

  /** Returns the word that stands for a provider in the stack's parameter. */
  private String word(Provider provider) {
    return words.getOrDefault(provider.name(), provider.title().replaceAll("[^A-Za-z0-9]", ""));
  }

  /** Returns the name of the worker. */
  public String worker() {
    return output("WorkerFunctionName");
  }

  /** Returns a client of CloudFormation. */
  public CloudFormationClient cloudFormation() {
    return client(CloudFormationClient.class, CloudFormationClient.builder());
  }

  /** Returns a client of CloudWatch. */
  public CloudWatchClient cloudWatch() {
    return client(CloudWatchClient.class, CloudWatchClient.builder());
  }

  /** Returns a client of CloudWatch Logs. */
  public CloudWatchLogsClient logs() {
    return client(CloudWatchLogsClient.class, CloudWatchLogsClient.builder());
  }

  /** Returns a client of Lambda. */
  public LambdaClient lambda() {
    return client(LambdaClient.class, LambdaClient.builder());
  }

  /** Returns a client of Secrets Manager. */
  public SecretsManagerClient secretsManager() {
    return client(SecretsManagerClient.class, SecretsManagerClient.builder());
  }

  /** Returns a client of DynamoDB. */
  public DynamoDbClient dynamoDb() {
    return client(DynamoDbClient.class, DynamoDbClient.builder());
  }

  /** Returns a client of SQS. */
  public SqsClient sqs() {
    return client(SqsClient.class, SqsClient.builder());
  }

  /** Returns a client of S3. */
  public S3Client s3() {
    return client(S3Client.class, S3Client.builder().forcePathStyle(endpoint != null));
  }

  /** Returns a client of SNS. */
  public SnsClient sns() {
    return client(SnsClient.class, SnsClient.builder());
  }

  @Override
  public void close() {
    for (AutoCloseable client : clients.values()) {
      try {
        client.close();
      } catch (Exception e) {
        throw new IllegalStateException("a client of the SDK does not throw on closing", e);
      }
    }
    http.close();
  }

  private String output(String key) {
    String value = outputs.get(key);
    if (value == null) {
      throw new CloudProblem(
          "stack "
              + name
              + " has no output "
              + key
              + "; is it a stack of this template, and of this version? `sam build && sam deploy`"
              + " brings it up to date");
    }
    return value;
  }

  private Stack describe(String origin) {
    try {
      List<Stack> found =
          cloudFormation().describeStacks(describe -> describe.stackName(name)).stacks();
      if (!found.isEmpty()) {
        return found.getFirst();
      }
    } catch (CloudFormationException e) {
      if (!String.valueOf(e.getMessage()).contains("does not exist")) {
        throw new CloudProblem(
            "CloudFormation does not describe stack "
                + name
                + " in "
                + region
                + ": "
                + AwsSettings.shortened(e.getMessage())
                + (e.statusCode() == FORBIDDEN ? "; the credentials are " + origin : ""));
      }
    } catch (SdkClientException e) {
      throw new CloudProblem("AWS does not answer: " + AwsSettings.shortened(e.getMessage()));
    }
    throw new CloudProblem(
        "there is no stack "
            + name
            + " in "
            + region
            + "; look at --region, and at `aws cloudformation list-stacks`");
  }

  private synchronized <
          C extends AutoCloseable, B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>>
      C client(Class<C> type, B builder) {
    return type.cast(
        clients.computeIfAbsent(
            type,
            _ -> {
              builder.httpClient(http).credentialsProvider(credentials).region(region);
              if (endpoint != null) {
                builder.endpointOverride(endpoint);
              }
              if (retries != null) {
                builder.overrideConfiguration(all -> all.retryStrategy(retries));
              }
              return builder.build();
            }));
  }
}
