package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each function may do: every statement of its role is listed here and no other is there, for
 * each of the ways in which the parameters can be answered.
 */
final class PermissionsTest {
  private static final String BOUNDARY = "arn:aws:iam::123456789012:policy/bounds";
  private static final String KMS_KEY = "arn:aws:kms:eu-central-1:123456789012:key/k";

  private static final Deployment FIRST = new Deployment(Map.of());
  private static final Deployment EVERYTHING =
      new Deployment(
          Map.of(
              "SecretsKeyArn", KMS_KEY,
              "EventBusName", "webhooks",
              "AlarmEmail", "ops@example.com",
              "PermissionsBoundaryArn", BOUNDARY,
              "Traffic", "live"));

  /**
   * What a statement allows.
   *
   * @param condition null where it holds always
   */
  private record Grant(Set<String> actions, Object resource, @Nullable Object condition) {}

  static List<Provider> providers() {
    return Providers.deployed();
  }

  static List<String> roles() {
    return EVERYTHING.resources("AWS::IAM::Role");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void receiver_mayRecordItsOwnEventsPushAndReadItsOwnSecret(Provider provider) {
    assertEquals(receiving(provider), grants(FIRST, role(provider)));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void receiver_whoseSecretIsUnderAKey_mayDecryptThroughSecretsManagerBesides(Provider provider) {
    assertEquals(
        with(
            receiving(provider),
            new Grant(
                Set.of("kms:Decrypt"),
                KMS_KEY,
                Map.of(
                    "StringEquals",
                    Map.of(
                        "kms:ViaService",
                        Map.of("Fn::Sub", "secretsmanager.${AWS::Region}.${AWS::URLSuffix}"))))),
        grants(EVERYTHING, role(provider)));
  }

  @Test
  void worker_withoutABus_mayClaimSettleReceiveAndPush() {
    assertEquals(working(), grants(FIRST, "WorkerRole"));
  }

  @Test
  void worker_withABus_mayPutEventsOnThatOneBesides() {
    assertEquals(
        with(
            working(),
            grant(
                "events:PutEvents",
                Map.of(
                    "Fn::Sub",
                    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/"
                        + "webhooks"))),
        grants(EVERYTHING, "WorkerRole"));
  }

  /**
   * What handlers may do is the user's to say; it is said in one place, and of the worker alone.
   */
  @Test
  void handlers_haveOnePolicy_onTheWorkersRole() {
    assertEquals(List.of("HandlerPolicy"), FIRST.resources("AWS::IAM::RolePolicy"));
    assertEquals(ref("WorkerRole"), FIRST.property("HandlerPolicy", "RoleName"));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void role_isBounded_ifABoundaryIsGiven(String role) {
    assertNull(FIRST.property(role, "PermissionsBoundary"));
    assertEquals(BOUNDARY, EVERYTHING.property(role, "PermissionsBoundary"));
  }

  @Test
  void roleOfASchedule_isBoundedToo() {
    for (String function : EVERYTHING.functions()) {
      Deployment.members(EVERYTHING.property(function, "Events"))
          .values()
          .forEach(
              event -> {
                if ("ScheduleV2".equals(Template.below(event, "Type"))) {
                  assertEquals(
                      BOUNDARY, Template.below(event, "Properties", "PermissionsBoundary"));
                }
              });
    }
  }

  @Test
  void workerRelayAndJanitor_mayDoNothingWithSecrets() {
    for (String role : List.of("WorkerRole", "RelayRole", "JanitorRole")) {
      for (Grant grant : grants(EVERYTHING, role)) {
        assertTrue(
            grant.actions().stream()
                .noneMatch(
                    action -> action.startsWith("secretsmanager:") || action.startsWith("kms:")),
            () -> role + ": " + grant);
      }
    }
  }

  @Test
  void relay_mayListWhatIsUnfinishedMoveItAndPush() {
    Set<Grant> expected =
        with(
            logging("Relay"),
            grant("dynamodb:Query", Map.of("Fn::Sub", "${InboxTable.Arn}/index/byStatus")),
            grant("dynamodb:UpdateItem", getAtt("InboxTable.Arn")),
            grant("sqs:SendMessage", getAtt("WorkQueue.Arn")));

    assertEquals(expected, grants(FIRST, "RelayRole"));
    assertEquals(expected, grants(EVERYTHING, "RelayRole"));
  }

  @Test
  void janitor_mayListBodiesLookForTheirRecordsAndDeleteThem() {
    Set<Grant> expected =
        with(
            logging("Janitor"),
            grant("s3:ListBucket", getAtt("OverflowBucket.Arn")),
            new Grant(Set.of("s3:GetObject", "s3:DeleteObject"), longBodies("/*"), null),
            grant("dynamodb:GetItem", getAtt("InboxTable.Arn")));

    assertEquals(expected, grants(FIRST, "JanitorRole"));
    assertEquals(expected, grants(EVERYTHING, "JanitorRole"));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void role_namesItsResources_butForTracingAndTheObjectsOfTheBucket(String role) {
    for (Grant grant : grants(EVERYTHING, role)) {
      boolean traces = grant.actions().stream().allMatch(action -> action.startsWith("xray:"));
      boolean objects = grant.actions().stream().allMatch(action -> action.endsWith("Object"));
      assertEquals(traces || objects, grant.resource().toString().contains("*"), grant::toString);
      assertTrue(
          !objects || grant.resource().toString().contains("${OverflowBucket.Arn}/"),
          grant::toString);
      assertFalse(
          grant.actions().stream().anyMatch(action -> action.contains("*")), grant::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("roles")
  void role_isOneFunctionsOwn_andOnlyLambdaCanTakeIt(String role) {
    List<String> holders =
        EVERYTHING.functions().stream()
            .filter(function -> getAtt(role + ".Arn").equals(EVERYTHING.property(function, "Role")))
            .toList();

    assertEquals(1, holders.size(), () -> role + " of " + holders);
    assertEquals(
        List.of(
            Map.of(
                "Effect",
                "Allow",
                "Principal",
                Map.of("Service", "lambda.amazonaws.com"),
                "Action",
                "sts:AssumeRole")),
        EVERYTHING.property(role, "AssumeRolePolicyDocument", "Statement"));
  }

  @ParameterizedTest
  @MethodSource("roles")
  void role_hasNoManagedPolicyAndNoNameOfOurs(String role) {
    assertNull(EVERYTHING.property(role, "ManagedPolicyArns"));
    assertNull(EVERYTHING.property(role, "RoleName"), "CAPABILITY_IAM does not cover it");
  }

  /** Whoever adds a resource that grants something, adds its statements to this test. */
  @Test
  void resources_thatAnythingCouldBeGrantedIn_areThese() {
    Set<String> types =
        Deployment.members(EVERYTHING.at("Resources")).values().stream()
            .map(resource -> String.valueOf(Template.below(resource, "Type")))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(
        new TreeSet<>(
            Set.of(
                "AWS::CloudWatch::Alarm",
                "AWS::CloudWatch::Dashboard",
                "AWS::DynamoDB::Table",
                "AWS::IAM::Role",
                "AWS::IAM::RolePolicy",
                "AWS::KMS::Key",
                "AWS::Logs::LogGroup",
                "AWS::Logs::QueryDefinition",
                "AWS::SNS::Subscription",
                "AWS::SNS::Topic",
                "AWS::SNS::TopicPolicy",
                "AWS::S3::Bucket",
                "AWS::S3::BucketPolicy",
                "AWS::SQS::Queue",
                "AWS::SQS::QueuePolicy",
                "AWS::SecretsManager::Secret",
                "AWS::Serverless::Function",
                "AWS::Serverless::HttpApi")),
        types);
    assertNull(FIRST.property("InboxTable", "ResourcePolicy"));
    assertAll(
        Stream.of("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy")
            .flatMap(type -> FIRST.resources(type).stream())
            .flatMap(policy -> statements(FIRST.property(policy, "PolicyDocument")))
            .map(
                statement ->
                    () ->
                        assertEquals(
                            "Deny", Template.below(statement, "Effect"), statement::toString)));
  }

  @Test
  void alarmTopic_takesFromTheAlarmsOfThisStackAlone_andOverTlsAlone() {
    assertEquals(
        List.of(
            Map.of(
                "Sid",
                "AlarmsOfThisStack",
                "Effect",
                "Allow",
                "Principal",
                Map.of("Service", "cloudwatch.amazonaws.com"),
                "Action",
                "sns:Publish",
                "Resource",
                ref("AlarmTopic"),
                "Condition",
                alarmsOfThisStack()),
            Map.of(
                "Sid",
                "OnlyTls",
                "Effect",
                "Deny",
                "Principal",
                "*",
                "Action",
                "sns:Publish",
                "Resource",
                ref("AlarmTopic"),
                "Condition",
                Map.of("Bool", Map.of("aws:SecureTransport", "false")))),
        statements(FIRST.property("AlarmTopicPolicy", "PolicyDocument")).toList());
    assertEquals(List.of(ref("AlarmTopic")), FIRST.property("AlarmTopicPolicy", "Topics"));
  }

  /** Without the second statement CloudWatch could not send an alarm, and would not say so. */
  @Test
  void alarmKey_isOpenToTheAccountsIam_andToTheAlarmsOfThisStack() {
    assertEquals(
        List.of(
            Map.of(
                "Sid",
                "AccountDecidesByIam",
                "Effect",
                "Allow",
                "Principal",
                Map.of(
                    "AWS", Map.of("Fn::Sub", "arn:${AWS::Partition}:iam::${AWS::AccountId}:root")),
                "Action",
                "kms:*",
                "Resource",
                "*"),
            Map.of(
                "Sid",
                "AlarmsOfThisStack",
                "Effect",
                "Allow",
                "Principal",
                Map.of("Service", "cloudwatch.amazonaws.com"),
                "Action",
                List.of("kms:Decrypt", "kms:GenerateDataKey*"),
                "Resource",
                "*",
                "Condition",
                alarmsOfThisStack())),
        statements(FIRST.property("AlarmKey", "KeyPolicy")).toList());
    assertEquals(true, FIRST.property("AlarmKey", "EnableKeyRotation"));
    assertEquals(getAtt("AlarmKey.Arn"), FIRST.property("AlarmTopic", "KmsMasterKeyId"));
  }

  private static Map<String, Object> alarmsOfThisStack() {
    return Map.of(
        "StringEquals",
        Map.of("aws:SourceAccount", ref("AWS::AccountId")),
        "ArnLike",
        Map.of(
            "aws:SourceArn",
            Map.of(
                "Fn::Sub",
                "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
                    + "${AWS::StackName}-*")));
  }

  private static Set<Grant> receiving(Provider provider) {
    return with(
        logging("Receiver"),
        new Grant(
            Set.of("dynamodb:PutItem"),
            getAtt("InboxTable.Arn"),
            Map.of(
                // ForAllValues holds where there is no key at all; Null sees to it that there is.
                "Null",
                Map.of("dynamodb:LeadingKeys", "false"),
                "ForAllValues:StringLike",
                Map.of("dynamodb:LeadingKeys", List.of(provider.name() + "#*")))),
        grant(
            "secretsmanager:GetSecretValue", ref(Checkout.logicalName(provider) + "WebhookSecret")),
        grant("s3:PutObject", longBodies("/" + provider.name() + "/*")),
        grant("sqs:SendMessage", getAtt("WorkQueue.Arn")));
  }

  private static Object longBodies(String path) {
    return Map.of("Fn::Sub", "${OverflowBucket.Arn}" + path);
  }

  private static Set<Grant> working() {
    return with(
        logging("Worker"),
        // It reads what an event has come to whose worker died during its turn on a subject.
        new Grant(
            Set.of("dynamodb:UpdateItem", "dynamodb:GetItem"), getAtt("InboxTable.Arn"), null),
        grant("s3:GetObject", longBodies("/*")),
        grant("s3:ListBucket", getAtt("OverflowBucket.Arn")),
        new Grant(
            Set.of(
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ChangeMessageVisibility"),
            getAtt("WorkQueue.Arn"),
            null),
        grant("sqs:SendMessage", getAtt("WorkQueue.Arn")));
  }

  private static Set<Grant> logging(String name) {
    return Set.of(
        new Grant(
            Set.of("logs:CreateLogStream", "logs:PutLogEvents"), getAtt(name + "Log.Arn"), null),
        new Grant(Set.of("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*", null));
  }

  private static Grant grant(String action, Object resource) {
    return new Grant(Set.of(action), resource, null);
  }

  private static Set<Grant> with(Set<Grant> grants, Grant... more) {
    return Stream.concat(grants.stream(), Stream.of(more)).collect(Collectors.toSet());
  }

  private static Set<Grant> grants(Deployment deployment, String role) {
    Set<Grant> grants = new HashSet<>();
    for (Object policy : Deployment.elements(deployment.property(role, "Policies"))) {
      statements(Template.below(policy, "PolicyDocument"))
          .forEach(
              statement -> {
                Map<Object, Object> members = Deployment.members(statement);
                assertEquals("Allow", members.remove("Effect"));
                members.remove("Sid");
                Set<String> actions =
                    Deployment.elements(members.remove("Action")).stream()
                        .map(Object::toString)
                        .collect(Collectors.toSet());
                Object resource = Objects.requireNonNull(members.remove("Resource"), "Resource");
                boolean isNew =
                    grants.add(new Grant(actions, resource, members.remove("Condition")));
                assertTrue(isNew, () -> role + " says twice " + statement);
                assertEquals(Map.of(), members, "what a statement could say besides");
              });
    }
    return grants;
  }

  private static Stream<Object> statements(@Nullable Object document) {
    assertEquals("2012-10-17", Template.below(document, "Version"));
    return Deployment.elements(Template.below(document, "Statement")).stream();
  }

  private static String role(Provider provider) {
    return Checkout.logicalName(provider) + "Role";
  }

  private static Map<String, String> ref(String name) {
    return Map.of("Ref", name);
  }

  private static Map<String, String> getAtt(String attribute) {
    return Map.of("Fn::GetAtt", attribute);
  }
}
