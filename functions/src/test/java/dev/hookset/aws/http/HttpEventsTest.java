package dev.hookset.aws.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.aws.http.HttpEvents.Incoming;
import dev.hookset.receive.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpEventsTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  // Requests

  @Test
  void read_payload2_isTheRequest() throws IOException {
    Delivery delivery =
        request(
            """
            {
              "version": "2.0",
              "routeKey": "POST /webhooks/lemma",
              "rawPath": "/webhooks/lemma",
              "rawQueryString": "",
              "cookies": ["a=b"],
              "headers": {"content-type": "application/json", "X-Lemma-Signature": "sha256=00", "x-two": "a,b"},
              "requestContext": {"http": {"method": "POST", "headers": {"x-lemma-signature": "forged"}}, "body": "no"},
              "body": "{\\"id\\":\\"\\u00e9\\ud83d\\ude00\\"}",
              "isBase64Encoded": false
            }
            """);

    assertEquals(Body.ofUtf8("{\"id\":\"\u00E9\uD83D\uDE00\"}"), delivery.body());
    assertEquals("sha256=00", delivery.header("x-lemma-signature"));
    assertEquals("a,b", delivery.header("X-Two"));
    assertEquals(3, delivery.headers().size());
    assertEquals(NOW, delivery.receivedAt());
  }

  @Test
  void read_payload2_hasTheAddressAsItWasAskedFor() throws IOException {
    String event =
        """
        {"rawPath": "/webhooks/twilio", "rawQueryString": "b=2&a=x%20y",
         "headers": {"Host": "hooks.example.com"},
         "requestContext": {"http": {"method": "GET"}}, "body": ""}
        """;

    assertEquals("https://hooks.example.com/webhooks/twilio?b=2&a=x%20y", request(event).url());
    assertEquals("GET", request(event).method());
    // The gateway says by which protocol it was asked.
    assertEquals(
        "http://hooks.example.com/webhooks/twilio?b=2&a=x%20y",
        request(event.replace("{\"Host\"", "{\"x-forwarded-proto\": \"http\", \"host\"")).url());
    assertEquals(
        "https://hooks.example.com/webhooks/twilio",
        request(event.replace("b=2&a=x%20y", "")).url());
  }

  @Test
  void read_publicUrl_standsForTheAddressButForTheQuery() throws IOException {
    String event =
        """
        {"rawPath": "/webhooks/twilio", "rawQueryString": "a=1", "headers": {"host": "inner"},
         "body": ""}
        """;

    assertEquals("https://example.com/sms?a=1", request(event, "https://example.com/sms").url());
    assertEquals(
        "https://example.com/sms?own=1", request(event, "https://example.com/sms?own=1").url());
  }

  @Test
  void read_payload1_takesAllValuesOfAHeader() throws IOException {
    Delivery delivery =
        request(
            """
            {
              "resource": "/webhooks/{provider}",
              "httpMethod": "POST",
              "headers": {"X-Lymnus-Signature": "last", "Host": "h"},
              "multiValueHeaders": {"X-Lymnus-Signature": ["first", "last"], "Host": ["h"]},
              "queryStringParameters": null,
              "multiValueQueryStringParameters": {"headers": ["x"]},
              "pathParameters": {"body": "no"},
              "body": "e30=",
              "isBase64Encoded": true
            }
            """);

    assertEquals(Body.ofUtf8("{}"), delivery.body());
    assertEquals("first,last", delivery.header("x-lymnus-signature"));
    assertEquals("h", delivery.header("host"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"headers\":{\"a\":\"b\"},\"multiValueHeaders\":null}",
        "{\"headers\":{\"a\":\"b\"},\"multiValueHeaders\":{}}",
        "{\"multiValueHeaders\":{},\"headers\":{\"a\":\"b\"}}",
        "{\"multiValueHeaders\":{\"A\":[\"b\"]},\"headers\":null}",
        "{\"multiValueHeaders\":{\"a\":[null,\"b\",7,[\"c\"],{\"d\":\"e\"}]}}",
        "{\"headers\":{\"a\":\"b\",\"n\":null,\"i\":7,\"t\":true,\"o\":{\"a\":\"no\"},\"l\":[]}}"
      })
  void read_headersInAnyForm_takesTheStrings(String event) throws IOException {
    assertEquals(Map.of("a", "b"), request(event).headers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"headers\":null}",
        "{\"headers\":\"a\"}",
        "{\"headers\":7}",
        "{\"headers\":[\"a\",{\"b\":\"c\"}]}",
        "{\"headers\":{\"a\":null}}",
        "{\"multiValueHeaders\":{\"a\":[]}}",
        "{\"multiValueHeaders\":[[\"a\"]],\"x\":1}"
      })
  void read_noHeaders_isARequestWithoutAny(String event) throws IOException {
    assertEquals(Map.of(), request(event).headers());
  }

  @Test
  void read_headersThatDifferInCaseAlone_areJoined() throws IOException {
    Delivery delivery = request("{\"headers\":{\"X-A\":\"1\",\"x-a\":\"2\"}}");

    assertEquals("1,2", delivery.header("x-a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"body\":null}",
        "{\"body\":\"\"}",
        "{\"body\":null,\"isBase64Encoded\":true}",
        "{\"isBase64Encoded\":true,\"body\":\"\"}",
        "{\"isBase64Encoded\":true}"
      })
  void read_noBody_isZeroBytes(String event) throws IOException {
    assertEquals(0, request(event).body().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "null", "\"true\"", "1", "[true]", "{\"isBase64Encoded\":true}"})
  void read_notFlaggedAsBase64_takesTheBodyAsItStands(String flag) throws IOException {
    String event = "{\"isBase64Encoded\":" + flag + ",\"body\":\"e30=\"}";

    assertEquals(Body.ofUtf8("e30="), request(event).body());
  }

  @Test
  void read_base64_isAnyBytesWhereverTheFlagStands() throws IOException {
    byte[] bytes = new byte[1000];
    new Random(1).nextBytes(bytes);
    String encoded = Base64.getEncoder().encodeToString(bytes);
    Body body = Body.copyOf(bytes);

    assertEquals(body, request("{\"isBase64Encoded\":true,\"body\":\"" + encoded + "\"}").body());
    assertEquals(body, request("{\"body\":\"" + encoded + "\",\"isBase64Encoded\":true}").body());
  }

  @Test
  void read_fiveMegabytes_isReadInFull() throws IOException {
    String text = "0123456789abcdef\u20AC\\\"".repeat(5 * 1024 * 1024 / 21);
    String event = JSON.writeValueAsString(Map.of("body", text, "headers", Map.of("a", "b")));

    assertEquals(Body.ofUtf8(text), request(event).body());
  }

  @Test
  void read_nestedJunk_isPassedOver() throws IOException {
    String nested = "[".repeat(900) + "]".repeat(900);
    String event =
        "{\"junk\":"
            + nested
            + ",\"hookset\":{\"body\":\"no\"},\"stageVariables\":{\"headers\":{\"a\":\"no\"}},"
            + "\"body\":\"yes\",\"requestContext\":{\"body\":\"no\",\"deep\":[{\"isBase64Encoded\":true}]}}";

    Delivery delivery = request(event);

    assertEquals(Body.ofUtf8("yes"), delivery.body());
    assertEquals(Map.of(), delivery.headers());
  }

  // Anything else

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "7",
        "\"text\"",
        "[]",
        "[{\"body\":\"x\"}]",
        "not json",
        "{",
        "{\"body\":\"x\"",
        "{\"body\":\"x",
        "{\"body\":\"x\",}",
        "{body:\"x\"}",
        "{\"body\":7}",
        "{\"body\":{\"id\":\"x\"}}",
        "{\"body\":[\"x\"]}",
        "{\"body\":true}",
        "{\"headers\":{\"a\":\"b\"",
        "{\"multiValueHeaders\":{\"a\":[\"b\"}}",
        "{\"body\":\"\\ud8\"}"
      })
  void read_noRequest_isMalformed(String event) throws IOException {
    assertInstanceOf(Incoming.Malformed.class, read(event));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%%%",
        "e30",
        "e30=x",
        "e3 0=",
        "e30=\\n",
        "{\\\"id\\\":1}",
        "\u00E9",
        "e30-",
        "="
      })
  void read_flaggedAsBase64ButNone_isMalformed(String body) throws IOException {
    Incoming read = read("{\"isBase64Encoded\":true,\"body\":\"" + body + "\"}");

    // The padding may be left out; nothing else may.
    if (body.equals("e30")) {
      assertEquals(
          Body.ofUtf8("{}"), assertInstanceOf(Incoming.Request.class, read).delivery().body());
    } else {
      assertInstanceOf(Incoming.Malformed.class, read);
    }
  }

  @Test
  void read_deeperThanTheParserGoes_isMalformed() throws IOException {
    assertInstanceOf(
        Incoming.Malformed.class, read("{\"junk\":" + "[".repeat(2000) + "]".repeat(2000) + "}"));
    assertInstanceOf(Incoming.Malformed.class, read("{\"junk\":" + "[".repeat(100_000)));
  }

  @Test
  void read_ping_isAPing() throws IOException {
    assertInstanceOf(Incoming.Ping.class, read("{\"hookset\":\"ping\"}"));
    assertInstanceOf(Incoming.Ping.class, read("{\"x\":[1],\"hookset\":\"ping\",\"y\":2}"));
  }

  @Test
  void read_probe_isARequestThatNoGatewayMade() throws IOException {
    String event = "{\"hookset\":\"probe\",\"headers\":{\"a\":\"b\"},\"body\":\"{}\"}";

    Delivery delivery = assertInstanceOf(Incoming.Probe.class, read(event)).delivery();

    assertEquals("b", delivery.header("a"));
    assertEquals(Body.ofUtf8("{}"), delivery.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"headers\":{\"hookset\":\"probe\"}}",
        "{\"rawQueryString\":\"hookset=probe\",\"queryStringParameters\":{\"hookset\":\"probe\"}}",
        "{\"requestContext\":{\"hookset\":\"probe\",\"http\":{\"hookset\":\"probe\"}}}",
        "{\"body\":\"{\\\"hookset\\\":\\\"probe\\\"}\"}"
      })
  void read_whatASenderCallsAProbe_isARequest(String event) throws IOException {
    // By such a mark anybody could flood a receiver without a refusal that is counted.
    assertInstanceOf(Incoming.Request.class, read(event));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"hookset\":\"pong\"}",
        "{\"hookset\":true}",
        "{\"hookset\":{\"hookset\":\"ping\"}}",
        "{\"headers\":{\"hookset\":\"ping\"}}",
        "{\"body\":\"{\\\"hookset\\\":\\\"ping\\\"}\"}",
        "{\"Hookset\":\"ping\"}"
      })
  void read_somethingLikeAPing_isARequest(String event) throws IOException {
    assertInstanceOf(Incoming.Request.class, read(event));
  }

  @Test
  void read_streamFails_throws() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("broken");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("broken");
          }
        };

    assertThrows(IOException.class, () -> HttpEvents.read(broken, NOW));
  }

  // Answers

  @Test
  void write_replyWithABody_isWhatApiGatewayTakes() throws IOException {
    Reply reply =
        new Reply(
            503,
            Map.of("content-type", "application/json", "Retry-After", "30"),
            "{\"a\":\"\u00E9\"}");

    JsonNode answer = written(reply);

    assertEquals(503, answer.path("statusCode").asInt());
    assertEquals("30", answer.path("headers").path("Retry-After").asText());
    assertEquals(2, answer.path("headers").size());
    assertEquals("{\"a\":\"\u00E9\"}", answer.path("body").asText());
    assertEquals("false", answer.path("isBase64Encoded").toString());
    assertEquals(4, answer.size());
  }

  @Test
  void write_replyWithoutABody_hasNone() throws IOException {
    JsonNode answer = written(new Reply(204, Map.of(), null));

    assertEquals(204, answer.path("statusCode").asInt());
    assertNull(answer.get("body"));
    assertEquals("{}", answer.path("headers").toString());
  }

  @Test
  void read_asLongAsLambdaAllows_isARequest() throws IOException {
    int bytes = 6 * 1024 * 1024;
    String start = "{\"body\":\"";
    String event = start + "x".repeat(bytes - start.length() - 2) + "\"}";

    assertEquals(bytes - start.length() - 2, request(event).body().size());
  }

  private static JsonNode written(Reply reply) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HttpEvents.write(reply, out);
    return JSON.readTree(out.toByteArray());
  }

  @Test
  void read_namesThatAnybodyChose_areNotKeptBeyondTheirEvent() throws IOException {
    // Jackson kept every header's name in a table of all events, and refused one event too many
    // that was made to overflow it.
    String event = "{\"headers\":{\"x-chosen-by-anybody\":\"1\"},\"body\":\"\"}";

    String first = request(event).headers().keySet().iterator().next();
    String second = request(event).headers().keySet().iterator().next();

    assertEquals(first, second);
    assertNotSame(first, second);
  }

  private static Incoming read(String event) throws IOException {
    return HttpEvents.read(new ByteArrayInputStream(event.getBytes(UTF_8)), NOW);
  }

  private static Delivery request(String event, String publicUrl) throws IOException {
    return assertInstanceOf(
            Incoming.Request.class,
            HttpEvents.read(new ByteArrayInputStream(event.getBytes(UTF_8)), NOW, publicUrl))
        .delivery();
  }

  private static Delivery request(String event) throws IOException {
    return assertInstanceOf(Incoming.Request.class, read(event)).delivery();
  }
}
