package dev.hookset.local.doctor;

import dev.hookset.Body;
import dev.hookset.local.cloud.CloudProblem;
import dev.hookset.local.cloud.DeployedStack;
import dev.hookset.local.cloud.FunctionSettings;
import dev.hookset.local.cloud.ReceiverProbe;
import dev.hookset.receive.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.sns.model.SnsException;

/** The checks that only a deployed stack has: its functions, their configuration, its alarms. */
public final class DeployedCheckup {
  private static final String DEPLOY =
      "Run sam build and sam deploy: a changed setting publishes a new version, which the alias"
          + " then points to.";

  private static final int ALARMS_AT_ONCE = 100;

  private final DeployedStack stack;
  private final Checkup checkup;

  /** Creates it; what it finds goes to {@code checkup}. */
  public DeployedCheckup(DeployedStack stack, Checkup checkup) {
    this.stack = Objects.requireNonNull(stack, "stack");
    this.checkup = Objects.requireNonNull(checkup, "checkup");
  }

  /** Looks at everything, the common checks of the queues, the table and the URLs among it. */
  public void run() {
    deploy();
    for (Provider provider : stack.providers()) {
      receiver(provider);
      checkup.gateway(provider, stack.url(provider));
      key(provider);
    }
    FunctionSettings worker = FunctionSettings.of(stack, stack.worker(), null);
    if (worker == null) {
      checkup.add(
          Finding.bad(
              "worker", "there is no function " + stack.worker(), "Deploy the stack anew."));
    } else {
      state("worker", worker);
      checkup.queues(
          stack.sqs(),
          stack.queueUrl(),
          stack.deadLetterQueueUrl(),
          Duration.ofSeconds(worker.timeoutSeconds()));
    }
    eventSource();
    checkup.table(stack.dynamoDb(), stack.table());
    alarms();
  }

  private void deploy() {
    String status = stack.status();
    checkup.add(
        status.endsWith("_COMPLETE") && !status.contains("ROLLBACK")
            ? Finding.ok("stack", stack.name() + " in " + stack.region() + ": " + status)
            : Finding.warning(
                "stack",
                stack.name() + " in " + stack.region() + ": " + status,
                "The last deploy did not go through: `aws cloudformation describe-stack-events"
                    + " --stack-name "
                    + stack.name()
                    + "` says why."));
  }

  private void receiver(Provider provider) {
    String subject = provider.name() + "'s function";
    String function = stack.function(provider);
    FunctionSettings latest = FunctionSettings.of(stack, function, null);
    FunctionSettings live = FunctionSettings.of(stack, function, FunctionSettings.ALIAS);
    if (latest == null || live == null) {
      checkup.add(
          Finding.bad(
              subject,
              "there is no "
                  + (latest == null ? "function " + function : "alias live of " + function),
              "Deploy the stack anew."));
      return;
    }
    if (!latest.variables().equals(live.variables())) {
      checkup.add(
          Finding.bad(
              subject,
              "what answers still has the old " + String.join(", ", differing(latest, live)),
              DEPLOY));
    }
    if (live.snapStart().equals("Off")) {
      checkup.add(
          Finding.warning(
              subject,
              "it has no snapshot, so it starts slowly",
              "Check whether SnapStart is available for the runtime in this region."));
    }
    secret(provider, live.variables());
    retention(subject, provider, live.variables());
    state(subject, live);
  }

  /** Asks past the URL, where the call would count as a refused delivery. */
  private void key(Provider provider) {
    String subject = provider.name() + "'s function";
    try {
      ReceiverProbe.Answer answer = ReceiverProbe.ask(stack, provider, Map.of(), Body.ofUtf8(""));
      checkup.judge(subject, provider, answer.status(), answer.error(), giveKey(provider));
    } catch (CloudProblem e) {
      checkup.add(
          Finding.warning(
              subject,
              "it is not known whether it has a key: " + e.getMessage(),
              "Call this command as who may invoke the function, or look at its log."));
    }
  }

  /**
   * The function says only that it has a key; who may read the secret sees what is wrong with it.
   */
  private void secret(Provider provider, Map<String, String> variables) {
    String prefix = provider.variablePrefix();
    for (String variable : List.of(prefix + "_WEBHOOK_SECRET_ARN", prefix + "_API_KEY_ARN")) {
      String arn = variables.getOrDefault(variable, "");
      if (arn.isEmpty()) {
        continue;
      }
      try {
        String text =
            stack
                .secretsManager()
                .getSecretValue(get -> get.secretId(arn).versionStage("AWSCURRENT"))
                .secretString();
        SecretCheck.stored(provider, provider.name() + "'s secret", text == null ? "" : text)
            .forEach(checkup::add);
      } catch (SdkException e) {
        // Without a value, or with credentials that may not read it: the URL's answer tells the
        // rest.
      }
    }
  }

  private static Set<String> differing(FunctionSettings latest, FunctionSettings live) {
    Set<String> names = new TreeSet<>(latest.variables().keySet());
    names.addAll(live.variables().keySet());
    names.removeIf(
        name -> Objects.equals(latest.variables().get(name), live.variables().get(name)));
    return names;
  }

  /** A record must outlive the time in which its event may be sent again, by a day. */
  private void retention(String subject, Provider provider, Map<String, String> variables) {
    String prefix = provider.variablePrefix() + "_WEBHOOK_";
    long retention = number(variables, "WEBHOOK_RETENTION_DAYS", 30);
    Duration window =
        provider.scheme().signsTimestamp()
            ? Duration.ofSeconds(
                number(
                    variables,
                    prefix + "TOLERANCE_SECONDS",
                    provider.scheme().tolerance().toSeconds()))
            : Duration.ofDays(number(variables, prefix + "MAX_AGE_DAYS", retention - 1));
    if (Duration.ofDays(retention).compareTo(window.plusDays(1)) < 0) {
      checkup.add(
          Finding.bad(
              subject,
              "records are kept for "
                  + retention
                  + " days, less than a day longer than an event may be sent again",
              "Raise WebhookRetentionDays, or lower the provider's tolerance or largest age. "
                  + DEPLOY));
    }
    Provider.Retries retries = provider.retries();
    if (retries != null && Duration.ofDays(retention).compareTo(retries.span()) < 0) {
      checkup.add(
          Finding.bad(
              subject,
              "records are kept for "
                  + retention
                  + " days, less than the "
                  + retries.span().toHours()
                  + " hours for which "
                  + provider.title()
                  + " tries again: a late attempt is handled as another event",
              "Raise WebhookRetentionDays. " + DEPLOY));
    }
  }

  private void state(String subject, FunctionSettings settings) {
    checkup.add(
        settings.state().equals("Active") || settings.state().equals("Inactive")
            ? Finding.ok(subject, "configured as deployed")
            : Finding.bad(
                subject,
                "it is " + settings.state(),
                "`aws lambda get-function` gives the reason; deploy the stack anew."));
  }

  private void eventSource() {
    List<EventSourceMappingConfiguration> mappings =
        stack
            .lambda()
            .listEventSourceMappings(list -> list.functionName(stack.worker()))
            .eventSourceMappings();
    if (mappings.isEmpty()) {
      checkup.add(
          Finding.bad(
              "worker",
              "no queue calls it",
              "Its event source is gone; deploy the stack anew. Events are recorded meanwhile, and"
                  + " the relay pushes them again."));
      return;
    }
    for (EventSourceMappingConfiguration mapping : mappings) {
      String state = Objects.requireNonNullElse(mapping.state(), "unknown");
      boolean partial =
          mapping.functionResponseTypes().contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES);
      checkup.add(
          !state.equals("Enabled")
              ? Finding.bad(
                  "worker",
                  "its queue is " + state,
                  "`aws lambda update-event-source-mapping --enabled --uuid "
                      + mapping.uuid()
                      + "`")
              : partial
                  ? Finding.ok("worker", "its queue calls it, and takes back single messages")
                  : Finding.bad(
                      "worker",
                      "its queue does not take back single messages: what fails in a batch is lost",
                      "Set FunctionResponseTypes to ReportBatchItemFailures, as the template has"
                          + " it, and deploy."));
    }
  }

  private void alarms() {
    List<String> names =
        stack
            .cloudFormation()
            .listStackResourcesPaginator(list -> list.stackName(stack.name()))
            .stackResourceSummaries()
            .stream()
            .filter(resource -> "AWS::CloudWatch::Alarm".equals(resource.resourceType()))
            .map(StackResourceSummary::physicalResourceId)
            .filter(Objects::nonNull)
            .toList();
    if (names.isEmpty()) {
      checkup.add(
          Finding.warning(
              "alarms",
              "the stack has none",
              "Nobody is told when something fails; deploy a version of the template that has"
                  + " some."));
      return;
    }
    List<MetricAlarm> alarms = new ArrayList<>();
    for (int i = 0; i < names.size(); i += ALARMS_AT_ONCE) {
      List<String> some = names.subList(i, Math.min(i + ALARMS_AT_ONCE, names.size()));
      alarms.addAll(
          stack
              .cloudWatch()
              .describeAlarms(describe -> describe.alarmNames(some).maxRecords(ALARMS_AT_ONCE))
              .metricAlarms());
    }
    List<String> silent =
        alarms.stream()
            .filter(alarm -> alarm.alarmActions().isEmpty() || isFalse(alarm.actionsEnabled()))
            .map(MetricAlarm::alarmName)
            .toList();
    List<String> ringing =
        alarms.stream()
            .filter(alarm -> alarm.stateValue() == StateValue.ALARM)
            .map(MetricAlarm::alarmName)
            .toList();
    checkup.add(
        silent.isEmpty()
            ? Finding.ok("alarms", alarms.size() + ", each with an action")
            : Finding.warning(
                "alarms",
                "without an action: " + String.join(", ", silent),
                "Give them a topic that somebody reads: nobody is told when they ring."));
    if (!ringing.isEmpty()) {
      checkup.add(
          Finding.warning(
              "alarms",
              "ringing: " + String.join(", ", ringing),
              "docs/runbook.md says for each what it means and what to do."));
    }
    alarms.stream()
        .flatMap(alarm -> alarm.alarmActions().stream())
        .filter(action -> action.startsWith("arn:") && action.split(":", 4)[2].equals("sns"))
        .distinct()
        .forEach(this::topic);
  }

  /** An alarm with an action tells nobody while nobody has said yes to the topic's mail. */
  private void topic(String arn) {
    String subject = "topic " + arn.substring(arn.lastIndexOf(':') + 1);
    Map<String, String> attributes;
    try {
      attributes = stack.sns().getTopicAttributes(get -> get.topicArn(arn)).attributes();
    } catch (SnsException e) {
      checkup.add(
          Finding.warning(
              subject,
              "it cannot be looked at: " + e.awsErrorDetails().errorCode(),
              "See with `aws sns get-topic-attributes --topic-arn "
                  + arn
                  + "` whether it is there and you may read it."));
      return;
    }
    long confirmed = number(attributes, "SubscriptionsConfirmed", 0);
    long pending = number(attributes, "SubscriptionsPending", 0);
    checkup.add(
        confirmed > 0
            ? Finding.ok(subject, "alarms reach " + confirmed + " confirmed subscription(s)")
            : pending > 0
                ? Finding.warning(
                    subject,
                    "alarms reach nobody: its subscription is not confirmed",
                    "Follow the link in the mail that AWS sent; it is good for two days. If it is"
                        + " gone: `aws sns subscribe --protocol email --notification-endpoint"
                        + " ADDRESS --topic-arn "
                        + arn
                        + "`")
                : Finding.warning(
                    subject,
                    "alarms reach nobody: it has no subscription",
                    "`aws sns subscribe --protocol email --notification-endpoint ADDRESS"
                        + " --topic-arn "
                        + arn
                        + "`, or deploy with AlarmEmail; then follow the link in the mail."));
  }

  private static boolean isFalse(@Nullable Boolean value) {
    return value != null && !value;
  }

  private static long number(Map<String, String> variables, String name, long fallback) {
    String value = variables.getOrDefault(name, "");
    try {
      return value.isEmpty() ? fallback : Long.parseLong(value);
    } catch (NumberFormatException e) {
      return fallback;
    }
  }

  private String giveKey(Provider provider) {
    return "Then ./hookset secret " + provider.name() + " --stack " + stack.name();
  }
}
