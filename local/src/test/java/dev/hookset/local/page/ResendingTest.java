package dev.hookset.local.page;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.Exchange;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries of every provider, edited and sent again to a stack that runs. */
final class ResendingTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());

  private static PageStack stack;
  private static SampleSender sender;
  private static Resending resending;

  @BeforeAll
  static void start() throws IOException {
    stack = new PageStack(Providers.all());
    sender =
        new SampleSender(
            stack.providers(), new Deliveries(KEYS, SAMPLES), stack::url, InstantSource.system());
    Map<String, String> variables = new HashMap<>();
    Providers.all().forEach(provider -> variables.putAll(KEYS.verificationVariables(provider)));
    resending =
        new Resending(
            stack.log(),
            stack.inbox(),
            new Verification(variables),
            sender,
            stack::url,
            InstantSource.system());
  }

  @AfterAll
  static void stop() {
    sender.close();
    stack.close();
  }

  static List<Provider> providers() {
    return Providers.all();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void resend_ofAnyProvidersDelivery_isSignedAnewAndSaysWhatBecomesOfIt(Provider provider)
      throws Exception {
    long number =
        arrived(
            () ->
                assertEquals(
                    List.of(provider.successStatus()),
                    sender.send(
                        provider, SAMPLES.defaultType(provider), SampleSender.Variant.GENUINE)));
    Exchange first = stack.delivery(number);
    String headers = draft(number);
    Deliveries.proofHeaders(provider)
        .forEach(name -> assertFalse(headers.contains(name + ":"), headers));

    JsonNode same = act("/preview", number, headers, null);

    assertEquals("DUPLICATE", same.path("fate").asText(), same.toString());
    assertEquals(Objects.requireNonNull(receipt(first).key()).eventId(), same.path("id").asText());

    String freshHeaders = headers;
    String freshText = null;
    if (same.path("canRename").asBoolean()) {
      JsonNode fresh = act("/fresh", number, headers, null);
      freshHeaders = fresh.path("headers").asText();
      freshText = fresh.path("text").textValue();
    } else {
      // Its digest names it: any change makes it another event.
      freshText = Objects.requireNonNull(first.body()).utf8() + " ";
    }
    JsonNode preview = act("/preview", number, freshHeaders, freshText);
    assertEquals("NEW", preview.path("fate").asText(), preview.toString());

    JsonNode sent = act("", number, freshHeaders, freshText);

    assertEquals(provider.successStatus(), sent.path("status").asInt());
    LogEntry.Delivered second =
        Objects.requireNonNull(stack.log().delivery(sent.path("number").asLong()));
    assertEquals(Receipt.Outcome.ACCEPTED, receipt(second.exchange()).outcome());
    assertEquals(receipt(first).type(), receipt(second.exchange()).type());
    assertEquals(preview.path("id").asText(), Objects.requireNonNull(second.key()).eventId());
    assertEquals(number, second.editedFrom());
  }

  @Test
  void resend_editedBodyUnderTheSameId_isToldAndKeptAsAConflict() throws Exception {
    DeliveryRequest request = PageStack.genuine("lucid", "epoch.anchored");
    long number = arrived(() -> assertEquals(200, stack.post(request)));
    String edited = request.body().utf8().replaceFirst("\\}\\s*$", ",\"edited\":true}");

    JsonNode preview = act("/preview", number, draft(number) + "x-trial: 1\n", edited);

    assertEquals("CONFLICT", preview.path("fate").asText());
    assertTrue(preview.path("canRename").asBoolean());
    assertTrue(preview.path("words").asText().startsWith("The event ID stays, with other bytes"));
    List<String> differing = new ArrayList<>();
    preview
        .path("headers")
        .forEach(
            header ->
                differing.add(
                    header.path("name").asText() + " " + header.path("anew").asBoolean()));
    assertEquals(List.of("x-lucid-signature true", "x-trial false"), differing);

    JsonNode sent = act("", number, draft(number) + "x-trial: 1\n", edited);

    assertEquals(200, sent.path("status").asInt());
    Exchange came = stack.delivery(sent.path("number").asLong());
    assertEquals(Receipt.Outcome.QUARANTINED, receipt(came).outcome());
    assertEquals("1", came.headers().get("x-trial"));
    assertEquals(edited, Objects.requireNonNull(came.body()).utf8());
  }

  @Test
  void resend_bodyOfBytes_isSentAsTheyAre() throws Exception {
    long number = arrived(() -> stack.post(PageStack.genuine("lymnus")));
    byte[] bytes = {0, (byte) 0xff, 13, 10};

    Answer answer = resending.act("", request(number, "", null).put("base64", bytes));

    JsonNode sent = JSON.readTree(answer.body().toByteArray());
    assertEquals(200, sent.path("status").asInt(), sent.toString());
    assertEquals(Body.wrap(bytes), stack.delivery(sent.path("number").asLong()).body());
  }

  @Test
  void resend_ofARefusedDelivery_holdsSinceItIsSignedAnew() throws Exception {
    DeliveryRequest forged = PageStack.genuine("lamba").tampered();
    long number = arrived(() -> assertEquals(400, stack.post(forged)));

    JsonNode sent = act("", number, draft(number), null);

    assertEquals(204, sent.path("status").asInt());
    Exchange came = stack.delivery(sent.path("number").asLong());
    assertEquals(forged.body(), came.body());
  }

  @Test
  void preview_ofAnEventThatIsTooOld_saysThatItWillBeRefused() throws Exception {
    DeliveryRequest request = PageStack.genuine("lucid", "epoch.anchored");
    long number = arrived(() -> assertEquals(200, stack.post(request)));
    String old = request.body().utf8().replaceAll("\"20\\d\\d-", "\"2001-");

    JsonNode preview = act("/preview", number, draft(number), old);

    assertEquals("REFUSED", preview.path("fate").asText());
    assertEquals("It will be refused: timestamp out of tolerance.", preview.path("words").asText());
  }

  /** A number was written again as a double, and so said something else. */
  @Test
  void fresh_bodyWithNumbersOfManyDigits_keepsThem() throws Exception {
    String body =
        "{\"id\":\"evt_1\",\"event\":\"report.generated\",\"sum\":1.10,"
            + "\"big\":12345678901234567890.123456789,\"created\":\"2026-06-01T00:00:00Z\"}";
    DeliveryRequest request = PageStack.genuine("lymnus", Body.ofUtf8(body));
    long number = arrived(() -> stack.post(request));

    String fresh = act("/fresh", number, draft(number), null).path("text").asText();

    assertTrue(fresh.startsWith("{\"id\":\"evt_"), fresh);
    assertFalse(fresh.contains("evt_1\""), fresh);
    assertTrue(fresh.contains("\"sum\":1.10,\"big\":12345678901234567890.123456789,"), fresh);
  }

  @Test
  void resend_whatCannotBeSent_isRefusedWithASentence() throws Exception {
    long number = arrived(() -> stack.post(PageStack.genuine("lemma")));

    assertEquals(
        "“no header” is no header: they stand one a line, as name: value",
        message(400, "", number, "no header\n"));
    assertTrue(message(400, "", number, "host: example.com\n").contains("host"));
    assertEquals("This delivery is not kept any more.", message(404, "", 1_000_000, ""));
    assertEquals("Not Found", message(404, "/other", number, ""));
    Answer answer = resending.act("", request(number, "", null).put("base64", "?"));
    assertEquals(400, answer.status(), answer.body().utf8());
  }

  /** “It will be handled”, said the preview of what could then not be sent, or was another. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-name: caf\u00e9",
        "x-name: \u2603",
        "x-name: a\u0000b",
        "x-name: a\tb",
        "a name: b",
        "expect: 100-continue",
        "host: example.com",
        "content-length: 3",
        "transfer-encoding: chunked",
        "x-forwarded-for: 192.0.2.1"
      })
  void preview_headerThatCannotBeSent_saysSo(String header) throws Exception {
    long number = arrived(() -> stack.post(PageStack.genuine("lemma")));
    String name = header.substring(0, header.indexOf(':'));

    for (String what : List.of("/preview", "")) {
      String message = message(400, what, number, header + "\n");
      assertTrue(message.contains(name), message);
    }
  }

  private interface Arrival {
    void run() throws Exception;
  }

  /** Returns the number of the delivery that comes by {@code arrival}. */
  private static long arrived(Arrival arrival) throws Exception {
    long number = stack.log().count() + 1L;
    arrival.run();
    stack.delivery(number);
    return number;
  }

  private static String draft(long number) {
    return resending
        .draft(Objects.requireNonNull(stack.log().delivery(number)))
        .path("headers")
        .asText();
  }

  private static Receipt receipt(Exchange exchange) {
    return Objects.requireNonNull(exchange.receipt());
  }

  private static JsonNode act(String what, long number, String headers, @Nullable String text)
      throws IOException {
    Answer answer = resending.act(what, request(number, headers, text));
    assertEquals(200, answer.status(), answer.body().utf8());
    return JSON.readTree(answer.body().toByteArray());
  }

  private static String message(int status, String what, long number, String headers)
      throws IOException {
    Answer answer = resending.act(what, request(number, headers, null));
    assertEquals(status, answer.status(), answer.body().utf8());
    return JSON.readTree(answer.body().toByteArray()).path("message").asText();
  }

  private static ObjectNode request(long number, String headers, @Nullable String text) {
    return JSON.createObjectNode().put("number", number).put("headers", headers).put("text", text);
  }
}
