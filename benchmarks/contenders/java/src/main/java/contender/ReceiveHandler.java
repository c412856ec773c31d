package contender;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.sqs.SqsClient;

/** A receiver of Lymnus's webhooks as the SDK's samples would have it: its defaults, and events as objects. */
public final class ReceiveHandler implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private static final long TOLERANCE_SECONDS = 300;
  private static final long RETENTION_SECONDS = 30L * 24 * 60 * 60;

  private final DynamoDbClient dynamoDb = DynamoDbClient.create();
  private final SqsClient sqs = SqsClient.create();
  private final ObjectMapper mapper = new ObjectMapper();
  private final String table = System.getenv("INBOX_TABLE");
  private final String queueUrl = System.getenv("WORK_QUEUE_URL");
  private final byte[] secret = System.getenv("LYMNUS_WEBHOOK_SECRET").getBytes(StandardCharsets.UTF_8);

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    try {
      byte[] body =
          event.getIsBase64Encoded()
              ? Base64.getDecoder().decode(event.getBody())
              : event.getBody().getBytes(StandardCharsets.UTF_8);
      if (!holds(event.getHeaders().get("x-lymnus-signature"), body)) {
        return answer(401, Map.of("error", "invalid_signature"));
      }
      JsonNode json = mapper.readTree(body);
      String id = json.path("id").asText();
      boolean fresh = record(json, id, body);
      if (fresh) {
        String message = mapper.writeValueAsString(Map.of("provider", "lymnus", "eventId", id));
        sqs.sendMessage(send -> send.queueUrl(queueUrl).messageBody(message));
      }
      String status = fresh ? "accepted" : "duplicate";
      System.out.println(
          mapper.writeValueAsString(
              Map.of(
                  "timestamp", Instant.now().toString(),
                  "level", "INFO",
                  "message", "delivery " + status,
                  "provider", "lymnus",
                  "eventId", id,
                  "type", json.path("event").asText())));
      return answer(200, Map.of("status", status, "id", id));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean holds(String header, byte[] body) throws Exception {
    long timestamp = 0;
    byte[] signature = new byte[0];
    for (String element : header == null ? new String[0] : header.split(",")) {
      if (element.startsWith("t=")) {
        timestamp = Long.parseLong(element.substring(2));
      } else if (element.startsWith("v1=")) {
        signature = HexFormat.of().parseHex(element.substring(3));
      }
    }
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return MessageDigest.isEqual(mac.doFinal(body), signature)
        && Math.abs(Instant.now().getEpochSecond() - timestamp) <= TOLERANCE_SECONDS;
  }

  private boolean record(JsonNode json, String id, byte[] body) throws Exception {
    Instant now = Instant.now();
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("pk", AttributeValue.fromS("lymnus#" + id));
    item.put("provider", AttributeValue.fromS("lymnus"));
    item.put("eventId", AttributeValue.fromS(id));
    item.put("type", AttributeValue.fromS(json.path("event").asText()));
    item.put("occurredAt", AttributeValue.fromS(json.path("created").asText()));
    item.put("receivedAt", AttributeValue.fromS(now.toString()));
    item.put("status", AttributeValue.fromS("RECEIVED"));
    item.put("statusShard", AttributeValue.fromS("OPEN#" + Math.floorMod(id.hashCode(), 16)));
    item.put("dueAt", AttributeValue.fromN(Long.toString(now.toEpochMilli() + 120_000)));
    item.put("attempts", AttributeValue.fromN("0"));
    item.put("digest", AttributeValue.fromS(digest));
    item.put("expiresAt", AttributeValue.fromN(Long.toString(now.getEpochSecond() + RETENTION_SECONDS)));
    item.put("body", AttributeValue.fromB(SdkBytes.fromByteArray(body)));
    try {
      dynamoDb.putItem(
          put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(pk)"));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  private APIGatewayV2HTTPResponse answer(int status, Map<String, String> body) throws Exception {
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(status)
        .withHeaders(Map.of("content-type", "application/json"))
        .withBody(mapper.writeValueAsString(body))
        .build();
  }
}
