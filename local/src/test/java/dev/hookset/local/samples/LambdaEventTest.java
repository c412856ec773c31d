package dev.hookset.local.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Holds events to the shapes that Lambda's own runtime reads. */
final class LambdaEventTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00.250Z");
  private static final Provider LAMBA = Providers.named("lamba").orElseThrow();
  private static final DeliveryRequest REQUEST =
      new DeliveryRequest(LAMBA, Map.of("X-Lamba-Event", "user.created"), Body.ofUtf8("{\"ä\":1}"));

  @Test
  void httpApi_text_isPayloadFormat2() {
    APIGatewayV2HTTPEvent event = http(LambdaEvent.BodyForm.TEXT, REQUEST);

    assertEquals("2.0", event.getVersion());
    assertEquals("POST /webhooks/lamba", event.getRouteKey());
    assertEquals("/webhooks/lamba", event.getRawPath());
    assertEquals("", event.getRawQueryString());
    assertEquals("user.created", event.getHeaders().get("x-lamba-event"));
    assertEquals("8", event.getHeaders().get("content-length"));
    assertTrue(
        event.getHeaders().keySet().stream().allMatch(name -> name.equals(lowerCased(name))));
    assertEquals("{\"ä\":1}", event.getBody());
    assertFalse(event.getIsBase64Encoded());
    APIGatewayV2HTTPEvent.RequestContext context = event.getRequestContext();
    assertEquals("request-1", context.getRequestId());
    assertEquals("POST /webhooks/lamba", context.getRouteKey());
    assertEquals("$default", context.getStage());
    assertEquals("01/Jun/2026:12:00:00 +0000", context.getTime());
    assertEquals(NOW.toEpochMilli(), context.getTimeEpoch());
    assertEquals("POST", context.getHttp().getMethod());
    assertEquals("/webhooks/lamba", context.getHttp().getPath());
  }

  @Test
  void httpApi_base64_carriesTheSameBytes() {
    APIGatewayV2HTTPEvent event = http(LambdaEvent.BodyForm.BASE64, REQUEST);

    assertTrue(event.getIsBase64Encoded());
    assertArrayEquals(REQUEST.body().toByteArray(), Base64.getDecoder().decode(event.getBody()));
  }

  @Test
  void httpApi_bodyThatIsNotUtf8_isBase64Unasked() {
    byte[] bytes = {(byte) 0xc3, 0x28};
    APIGatewayV2HTTPEvent event =
        http(LambdaEvent.BodyForm.TEXT, new DeliveryRequest(LAMBA, Map.of(), Body.copyOf(bytes)));

    assertTrue(event.getIsBase64Encoded());
    assertArrayEquals(bytes, Base64.getDecoder().decode(event.getBody()));
  }

  @Test
  void workBatch_twoPointers_isAnSqsEventOfTwoMessages() {
    LambdaEvent batch =
        LambdaEvent.workBatch(
            List.of(new EventKey("lucid", "a\"b"), new EventKey("lamba", "c")), NOW);

    SQSEvent event =
        LambdaEventSerializers.serializerFor(SQSEvent.class, getClass().getClassLoader())
            .fromJson(new String(batch.compact(), StandardCharsets.UTF_8));

    assertEquals(2, event.getRecords().size());
    SQSEvent.SQSMessage first = event.getRecords().getFirst();
    assertEquals("{\"provider\":\"lucid\",\"eventId\":\"a\\\"b\"}", first.getBody());
    assertEquals("aws:sqs", first.getEventSource());
    assertEquals("arn:aws:sqs:us-east-1:000000000000:hookset-work", first.getEventSourceArn());
    assertEquals("us-east-1", first.getAwsRegion());
    assertEquals("1", first.getAttributes().get("ApproximateReceiveCount"));
    assertEquals(Long.toString(NOW.toEpochMilli()), first.getAttributes().get("SentTimestamp"));
    assertEquals(32, first.getMd5OfBody().length());
    assertFalse(first.getReceiptHandle().isEmpty());
    assertFalse(
        first.getMessageId().equals(event.getRecords().getLast().getMessageId()),
        "a batch item failure names one message");
  }

  @Test
  void pretty_anyEvent_isIndentedAndEndsItsLastLine() {
    assertEquals("{\n  \"hookset\": \"ping\"\n}\n", LambdaEvent.ping().pretty());
    assertEquals(
        "{\"hookset\":\"relay\"}",
        new String(LambdaEvent.relayTick().compact(), StandardCharsets.UTF_8));
    assertEquals(
        "{\"hookset\":\"janitor\"}",
        new String(LambdaEvent.janitorTick().compact(), StandardCharsets.UTF_8));
  }

  private static APIGatewayV2HTTPEvent http(LambdaEvent.BodyForm form, DeliveryRequest request) {
    LambdaEvent event = LambdaEvent.httpApi(request, "request-1", NOW, form);
    return LambdaEventSerializers.serializerFor(
            APIGatewayV2HTTPEvent.class, LambdaEventTest.class.getClassLoader())
        .fromJson(new String(event.compact(), StandardCharsets.UTF_8));
  }

  private static String lowerCased(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
