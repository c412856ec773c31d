package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code template.yaml} promises of the table and of the bucket beside it. */
final class StorageTest {
  private static final Deployment FIRST = new Deployment(Map.of());

  // --- Table

  @Test
  void inboxTable_isPaidOnDemand() {
    assertEquals("PAY_PER_REQUEST", FIRST.property("InboxTable", "BillingMode"));
    assertNull(FIRST.property("InboxTable", "ProvisionedThroughput"));
  }

  @Test
  void inboxTable_canBePutBackToAnyPointInTime() {
    assertEquals(
        Map.of("PointInTimeRecoveryEnabled", true),
        FIRST.property("InboxTable", "PointInTimeRecoverySpecification"));
  }

  @Test
  void inboxTable_isEncrypted() {
    assertEquals(true, FIRST.property("InboxTable", "SSESpecification", "SSEEnabled"));
  }

  @Test
  void inboxTable_dropsWhatHasExpired() {
    assertEquals(
        Map.of("AttributeName", "expiresAt", "Enabled", true),
        FIRST.property("InboxTable", "TimeToLiveSpecification"));
  }

  @Test
  void inboxTable_staysWhenTheStackGoes() {
    assertEquals("Retain", FIRST.at("Resources", "InboxTable", "DeletionPolicy"));
    assertEquals("Retain", FIRST.at("Resources", "InboxTable", "UpdateReplacePolicy"));
    assertEquals(true, FIRST.property("InboxTable", "DeletionProtectionEnabled"));
  }

  @Test
  void inboxTable_isKeyedByPk() {
    assertEquals(List.of(key("pk", "HASH")), FIRST.property("InboxTable", "KeySchema"));
    assertEquals(
        List.of(
            attribute("pk", "S"),
            attribute("statusShard", "S"),
            attribute("dueAt", "N"),
            attribute("receiptShard", "S"),
            attribute("receivedAt", "S")),
        FIRST.property("InboxTable", "AttributeDefinitions"));
  }

  @Test
  void inboxTable_listsByStatusWhatIsDueWithWhatThePushNeeds_andByReceiptWhatNeverChanges() {
    assertEquals(
        List.of(
            Map.of(
                "IndexName",
                "byStatus",
                "KeySchema",
                List.of(key("statusShard", "HASH"), key("dueAt", "RANGE")),
                "Projection",
                Map.of(
                    "ProjectionType",
                    "INCLUDE",
                    "NonKeyAttributes",
                    List.of("pushes", "notBefore", "traceId"))),
            Map.of(
                "IndexName",
                "byReceipt",
                "KeySchema",
                List.of(key("receiptShard", "HASH"), key("receivedAt", "RANGE")),
                "Projection",
                Map.of("ProjectionType", "INCLUDE", "NonKeyAttributes", List.of("type")))),
        FIRST.property("InboxTable", "GlobalSecondaryIndexes"));
  }

  // --- Bucket

  @Test
  void overflowBucket_isEncryptedPrivateAndStaysWhenTheStackGoes() {
    assertEquals(List.of("OverflowBucket"), FIRST.resources("AWS::S3::Bucket"));
    assertEquals(
        List.of(Map.of("ServerSideEncryptionByDefault", Map.of("SSEAlgorithm", "AES256"))),
        FIRST.property("OverflowBucket", "BucketEncryption", "ServerSideEncryptionConfiguration"));
    assertEquals(
        Map.of(
            "BlockPublicAcls",
            true,
            "BlockPublicPolicy",
            true,
            "IgnorePublicAcls",
            true,
            "RestrictPublicBuckets",
            true),
        FIRST.property("OverflowBucket", "PublicAccessBlockConfiguration"));
    assertEquals(
        List.of(Map.of("ObjectOwnership", "BucketOwnerEnforced")),
        FIRST.property("OverflowBucket", "OwnershipControls", "Rules"));
    // A first deploy that failed left an empty one behind each time.
    assertEquals("RetainExceptOnCreate", FIRST.at("Resources", "OverflowBucket", "DeletionPolicy"));
    assertEquals("Retain", FIRST.at("Resources", "OverflowBucket", "UpdateReplacePolicy"));
  }

  @Test
  void overflowBucket_deletesNothingByItself() {
    assertNull(FIRST.property("OverflowBucket", "LifecycleConfiguration"));
  }

  @Test
  void overflowBucket_isReachedByTlsAlone() {
    assertEquals(ref("OverflowBucket"), FIRST.property("OverflowBucketPolicy", "Bucket"));
    assertEquals(
        List.of(
            Map.of(
                "Sid",
                "OnlyTls",
                "Effect",
                "Deny",
                "Principal",
                "*",
                "Action",
                "s3:*",
                "Resource",
                List.of(getAtt("OverflowBucket.Arn"), Map.of("Fn::Sub", "${OverflowBucket.Arn}/*")),
                "Condition",
                Map.of("Bool", Map.of("aws:SecureTransport", "false")))),
        FIRST.property("OverflowBucketPolicy", "PolicyDocument", "Statement"));
  }

  private static Map<String, String> ref(String name) {
    return Map.of("Ref", name);
  }

  private static Map<String, String> getAtt(String attribute) {
    return Map.of("Fn::GetAtt", attribute);
  }

  private static Map<String, String> key(String attribute, String kind) {
    return Map.of("AttributeName", attribute, "KeyType", kind);
  }

  private static Map<String, String> attribute(String name, String type) {
    return Map.of("AttributeName", name, "AttributeType", type);
  }
}
