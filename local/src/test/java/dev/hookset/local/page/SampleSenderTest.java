package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.local.page.SampleSender.Variant;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.Samples;
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
    stack = new PageStack(null, 0);
    sender =
        new SampleSender(
            new Deliveries(new DevelopmentKeys(Map.of())), stack::url, InstantSource.system());
  }

  @AfterAll
  static void stop() {
    sender.close();
    stack.close();
  }

  static Stream<Arguments> kinds() {
    return Providers.deployed().stream()
        .flatMap(provider -> Stream.of(Variant.values()).map(kind -> Arguments.of(provider, kind)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void sample_ofAnyProviderAndKind_becomesWhatItIsSentFor(Provider provider, Variant kind)
      throws Exception {
    int before = stack.log().count();
    int success = provider.successStatus();
    int refusal = provider.refusalStatus();

    List<Integer> answers = sender.send(provider, Samples.defaultType(provider), kind);

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
          case CONFLICT -> List.of("accepted", "quarantined");
        },
        came.stream().map(SampleSenderTest::outcome).sorted().toList());
    came.forEach(exchange -> assertEquals(kind == Variant.BASE64, exchange.base64()));
  }

  static Stream<Arguments> types() {
    return Providers.deployed().stream()
        .flatMap(
            provider -> Samples.types(provider).stream().map(type -> Arguments.of(provider, type)));
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
