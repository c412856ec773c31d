package dev.hookset.aws.snapshot;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/**
 * Clients that ask the real service only for what it must refuse, and say that it was done. A call
 * that fails otherwise is passed over, too, so that priming goes on to the next.
 */
public final class Refused {
  /** Holds for no item; and under the empty ID below no event is kept. */
  private static final String NEVER = "attribute_exists(pk) AND attribute_not_exists(pk)";

  /** More seconds of delay than SQS allows, and a character that it does not. */
  private static final int TOO_LONG = 100_000;

  private static final String NO_TEXT = "\u0000";

  private Refused() {}

  /** Returns a client whose puts go to the keys of {@code provider}. */
  public static DynamoDbClient puts(DynamoDbClient real, String provider) {
    return new DynamoDbClient() {
      @Override
      public PutItemResponse putItem(PutItemRequest request) {
        Map<String, AttributeValue> item = new HashMap<>(request.item());
        item.put("pk", AttributeValue.fromS(provider + "#"));
        try {
          real.putItem(request.toBuilder().item(item).conditionExpression(NEVER).build());
        } catch (SdkException e) {
          // Refused, as it must be.
        }
        return PutItemResponse.builder().build();
      }

      @Override
      public String serviceName() {
        return real.serviceName();
      }

      @Override
      public void close() {}
    };
  }

  /** Returns a client that only sends. */
  public static SqsClient sends(SqsClient real) {
    return new SqsClient() {
      @Override
      public SendMessageResponse sendMessage(SendMessageRequest request) {
        try {
          real.sendMessage(request.toBuilder().messageBody(NO_TEXT).delaySeconds(TOO_LONG).build());
        } catch (SdkException e) {
          // Refused, as it must be.
        }
        return SendMessageResponse.builder().build();
      }

      @Override
      public String serviceName() {
        return real.serviceName();
      }

      @Override
      public void close() {}
    };
  }
}
