package dev.hookset.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.providers.Providers;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SchemeBuilder;
import dev.hookset.signing.TimestampForm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a description says, and what none may say. */
final class ProviderTest {
  private static SchemeBuilder body() {
    return Scheme.hmacSha256("{body}").in("X-Sig");
  }

  private static Provider.Builder acme(SchemeBuilder scheme) {
    return Provider.named("acme").signs(scheme).keyIn("in its console");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Acme", "1acme", "-acme", "acme-", "a--b", "a_b", "a/b", "a#b", "ä"})
  void build_nameThatCannotStandEverywhere_isRefused(String name) {
    assertRefused(
        "is no name", () -> Provider.named(name).signs(body()).keyIn("in its console").build());
  }

  @Test
  void variablePrefix_nameWithHyphenAndDigit_isOneOfAVariable() {
    Provider provider = Provider.named("acme-2").signs(body()).keyIn("in its console").build();

    assertEquals("ACME_2", provider.variablePrefix());
    assertEquals("Acme-2", provider.title());
  }

  @Test
  void build_idInAHeaderThatTheMessageLeavesOut_isRefusedWithTheWayOut() {
    // The delivery's ID of GitHub, Shopify and Linear stands in a header that nobody signs.
    assertRefused(
        "takes the header X-Acme-Id for signed, but no message that is signed has it;"
            + " Shown.header shows it",
        () -> acme(body()).id(Signed.header("X-Acme-Id")).build());
  }

  @Test
  void build_idInAHeaderThatTheMessageHas_isTaken() {
    Provider provider =
        acme(Scheme.hmacSha256("{x-acme-id}.{body}").in("X-Sig"))
            .id(Signed.header("X-Acme-Id"))
            .build();

    assertTrue(provider.hasSignedId());
  }

  @Test
  void build_idUnderAPlainToken_isRefused() {
    assertRefused(
        "signs nothing", () -> acme(Scheme.token("X-Token", "")).id(Signed.member("id")).build());
    assertRefused(
        "signs nothing",
        () -> acme(Scheme.token("X-Token", "")).occurredAt(TimestampForm.RFC3339, "at").build());
  }

  @Test
  void build_withoutWhereTheKeyIs_isRefused() {
    assertRefused(
        "does not say where its key is found", () -> Provider.named("acme").signs(body()).build());
  }

  @Test
  void build_answersOfTheWrongKind_isRefused() {
    assertRefused("no 2xx", () -> acme(body()).answers(301, 401).build());
    assertRefused("no 4xx", () -> acme(body()).answers(200, 500).build());
  }

  @Test
  void keptHeaders_whatIsShownFromThem_isKeptByItself() {
    Provider provider =
        acme(body())
            .type(Shown.header("X-Acme-Topic"))
            .deliveryId(Shown.header("X-Acme-Id"))
            .keeps("X-Acme-Try")
            .build();

    assertEquals(List.of("X-Acme-Topic", "X-Acme-Id", "X-Acme-Try"), provider.keptHeaders());
    assertEquals(false, provider.signsType());
  }

  @Test
  void retries_schedule_hasTheSpanOfItsWaits() {
    Provider provider = acme(body()).retriesAfter("0s 1m 2h").build();

    assertEquals(
        new Provider.Retries(
            List.of(Duration.ZERO, Duration.ofMinutes(1), Duration.ofHours(2)),
            Duration.ofMinutes(121)),
        provider.retries());
  }

  @Test
  void replay_whatIsSigned_saysWhatACaptureIsGoodFor() {
    Map<String, SchemeBuilder> schemes =
        Map.of(
            "has the token, and can send whatever they like", Scheme.token("X-Token", ""),
            "it signs no time at all", body(),
            "send it again for 300 s, and it is known as a duplicate",
                Scheme.hmacSha256("{timestamp}.{body}")
                    .in("X-Sig")
                    .timestamp("X-Time", TimestampForm.UNIX_SECONDS));
    schemes.forEach(
        (words, scheme) -> {
          String sentence = acme(scheme).build().replay();
          assertTrue(sentence.contains(words), sentence);
        });
    assertTrue(
        acme(body())
            .occurredAt(TimestampForm.RFC3339, "at")
            .build()
            .replay()
            .contains("unless it has no readable time of its own"));
  }

  @Test
  void replay_senderOfTheCatalogue_isASentenceThatIsTrueOfIt() {
    for (Provider provider : Providers.all()) {
      String sentence = provider.replay();
      Scheme scheme = provider.scheme();
      String each = provider.name() + ": " + sentence;
      assertEquals(
          scheme.signsTimestamp(), sentence.startsWith("it signs the time of its delivery"), each);
      assertEquals(!provider.signsType(), sentence.contains("its type is not signed"), each);
      assertEquals(
          scheme.all().stream().anyMatch(one -> !one.isSigned()),
          sentence.contains("has the token"),
          each);
      if (scheme.signsTimestamp()) {
        assertTrue(sentence.contains("for " + scheme.tolerance().toSeconds() + " s"), each);
      }
    }
  }

  // --- What an event is about

  @Test
  void subject_memberOfTheBody_isReadFromIt() {
    Provider provider = acme(body()).subject(Signed.number("order.id")).array().build();

    assertTrue(provider.hasSubject());
    assertEquals("7", provider.subject(Body.ofUtf8("{\"order\":{\"id\":7}}")));
    assertEquals(null, provider.subject(Body.ofUtf8("{\"order\":{}}")));
    assertEquals(null, provider.subject(Body.ofUtf8("no JSON")));
    // Two events in one body are about nothing in common, even if they say the same.
    assertEquals(
        null, provider.subject(Body.ofUtf8("[{\"order\":{\"id\":7}},{\"order\":{\"id\":7}}]")));
    assertEquals(null, acme(body()).build().subject(Body.ofUtf8("{}")));
  }

  @Test
  void build_subjectThatNobodySignsOrKeeps_isRefused() {
    assertRefused(
        "signs nothing",
        () -> acme(Scheme.token("X-Token", "")).subject(Signed.member("id")).build());
    assertRefused(
        "has its subject in a header, but only the body is kept",
        () ->
            acme(Scheme.hmacSha256("{x-order-id}.{body}").in("X-Sig"))
                .subject(Signed.header("X-Order-Id"))
                .build());
  }

  @Test
  void retriesNever_is_noSpan() {
    assertEquals(
        new Provider.Retries(List.of(), Duration.ZERO),
        acme(body()).retriesNever().build().retries());
  }

  private static void assertRefused(String part, Supplier<Provider> description) {
    String message =
        Objects.requireNonNull(
            assertThrows(IllegalArgumentException.class, description::get).getMessage());
    assertTrue(message.contains(part), message);
  }
}
