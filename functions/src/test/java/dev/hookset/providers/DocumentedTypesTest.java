package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DocumentedTypesTest {
  @ParameterizedTest
  @CsvSource({
    "lemma, incident.analyzed",
    "lemma, incident.*",
    "lemma, *",
    "lemma, *.resolved",
    "lemma, unknown",
    "lamba, user.created",
    "lamba, *.created",
    "lamba, webhook.*",
    "lamina, run.completed"
  })
  void flaw_routeThatFitsSomethingDocumented_isNone(String provider, String type) {
    assertTrue(DocumentedTypes.flaw(provider, type).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "lemma, incident.analysed, incident.analyzed",
    "lemma, incidents.*, incident.created",
    "lucid, budget.exeeded, budget.exceeded",
    "lymnus, subscription.cancelled, subscription.canceled",
    "lamba, usr.created, user.*"
  })
  void flaw_typeThatNobodyDocuments_namesTheNearest(String provider, String type, String nearest) {
    // A route on incident.analysed was silently never taken, and the pager stayed silent with it.
    String flaw = DocumentedTypes.flaw(provider, type).orElseThrow();

    assertTrue(flaw.contains("'" + type + "'"), flaw);
    assertTrue(flaw.endsWith("the nearest is '" + nearest + "'"), flaw);
  }

  @Test
  void flaw_providerThatThereIsNot_namesTheNearest() {
    assertEquals(
        "there is no provider 'lema', so nothing goes to its handler; the nearest is 'lemma'",
        DocumentedTypes.flaw("lema", "x").orElseThrow());
  }
}
