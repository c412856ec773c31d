package dev.hookset.local.page;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.local.page.SampleSender.Variant;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.Exchange;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of sample of every provider, and every type, over a stack that runs. */
final class SampleSenderTest {
  private static PageStack stack;
  private static SampleSender sender;

  @BeforeAll
  static void start() throws IOException {
    stack = new PageStack(Providers.all());
    sender =
        new SampleSender(
            stack.providers(),
            new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES),
            stack::url,
            InstantSource.system());
  }

  @AfterAll
  static void stop() {
    sender.close();
    stack.close();
  }

  static Stream<Arguments> kinds() {
    return Providers.all().stream()
        .flatMap(provider -> Stream.of(Variant.values()).map(kind -> Arguments.of(provider, kind)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void sample_ofAnyProviderAndKind_becomesWhatItIsSentFor(Provider provider, Variant kind)
      throws Exception {
    int before = stack.log().count();
    int success = provider.successStatus();
    int refusal = provider.refusalStatus();
    if (kind == Variant.STALE
        && !provider.scheme().hasTimestamp()
        && provider.timePaths().isEmpty()) {
      assertThrows(
          IllegalArgumentException.class,
          () -> sender.send(provider, SAMPLES.defaultType(provider), kind));
      return;
    }
    boolean isNamed = isNamed(provider);

    List<Integer> answers = sender.send(provider, SAMPLES.defaultType(provider), kind);

    assertEquals(
        switch (kind) {
          case GENUINE, BASE64 -> List.of(success);
          case FORGED, STALE -> List.of(refusal);
          case DUPLICATE, DOUBLED, CONFLICT -> List.of(success, success);
        },
        answers);
    List<Exchange> came = exchanges(before, answers.size());
    assertEquals(
        switch (kind) {
          case GENUINE, BASE64 -> List.of("accepted");
          case FORGED -> List.of("invalid_signature");
          case STALE -> List.of("timestamp_out_of_tolerance");
          case DUPLICATE, DOUBLED -> List.of("accepted", "duplicate");
          // Where the digest names the event, other bytes are another one.
          case CONFLICT -> List.of("accepted", isNamed ? "quarantined" : "accepted");
        },
        came.stream().map(SampleSenderTest::outcome).sorted().toList());
    boolean isForm = provider.name().equals("twilio");
    came.forEach(exchange -> assertEquals(kind == Variant.BASE64 || isForm, exchange.base64()));
  }

  private static boolean isNamed(Provider provider) {
    String sample =
        SAMPLES
            .body(
                provider, SAMPLES.defaultType(provider), "an ID", InstantSource.system().instant())
            .utf8();
    return !sample.contains("hookset_sample") || !provider.scheme().signedHeaders().isEmpty();
  }

  static Stream<Arguments> types() {
    return Providers.all().stream()
        .flatMap(
            provider -> SAMPLES.types(provider).stream().map(type -> Arguments.of(provider, type)));
  }

  @ParameterizedTest
  @MethodSource("types")
  void sample_ofAnyType_isTakenForIt(Provider provider, String type) throws Exception {
    int before = stack.log().count();

    assertEquals(List.of(provider.successStatus()), sender.send(provider, type, Variant.GENUINE));

    assertEquals(type, Objects.requireNonNull(exchanges(before, 1).getFirst().receipt()).type());
  }

  private static String outcome(Exchange exchange) {
    Receipt receipt = Objects.requireNonNull(exchange.receipt());
    return receipt.outcome() == Receipt.Outcome.REFUSED
        ? String.valueOf(receipt.detail())
        : receipt.outcome().word();
  }

  private static List<Exchange> exchanges(int before, int count) throws InterruptedException {
    List<Exchange> exchanges = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      exchanges.add(stack.delivery(before + i));
    }
    return exchanges;
  }
}
