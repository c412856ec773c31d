package dev.hookset.aws.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceHeaderTest {
  private static final String ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793";

  @ParameterizedTest
  @ValueSource(
      strings = {
        ROOT,
        ROOT + ";Sampled=0",
        ROOT + ";Parent=53995c3f42cd8ad8;Sampled=1",
        ROOT + ";Parent=53995c3f42cd8ad8;Sampled=?"
      })
  void wellFormed_aHeader_isTheHeader(String header) {
    assertEquals(header, TraceHeader.wellFormed(header));
  }

  @ParameterizedTest
  @CsvSource({
    "';Sampled=1;Lineage=1:24b0b4a5:0', ';Sampled=1'",
    "';Self=1-67891233-abcdef012345678912345678', ''",
    "';Parent=53995c3f42cd8ad', ''",
    "';Parent=53995c3f42cd8adX;Sampled=1', ';Sampled=1'",
    "';Parent=53995c3f42cd8ad8a', ''",
    "';Sampled=2', ''",
    "'; Sampled=1', ''",
    "';Sampled=1;', ';Sampled=1'",
    "';\u0000', ''"
  })
  void wellFormed_otherPartsToo_leavesThemOut(String others, String kept) {
    assertEquals(ROOT + kept, TraceHeader.wellFormed(ROOT + others));
  }

  @Test
  void wellFormed_partsInAnotherOrder_putsThemInOrder() {
    assertEquals(
        ROOT + ";Parent=53995c3f42cd8ad8;Sampled=1",
        TraceHeader.wellFormed("Sampled=1;Parent=53995c3f42cd8ad8;" + ROOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "trace",
        "Root=1",
        "Root=1-5759e988-bd862e3fe1be46a99427279",
        "Root=1-5759e988-bd862e3fe1be46a9942727930",
        "Root=1-5759e988_bd862e3fe1be46a994272793",
        "Root=1-5759E988-bd862e3fe1be46a994272793",
        "Root=2-5759e988-bd862e3fe1be46a994272793",
        "Root=1-5759e98g-bd862e3fe1be46a994272793",
        "root=1-5759e988-bd862e3fe1be46a994272793",
        "Parent=53995c3f42cd8ad8;Sampled=1"
      })
  void wellFormed_withoutARoot_isNone(String header) {
    assertNull(TraceHeader.wellFormed(header));
  }

  @Test
  void wellFormed_none_isNone() {
    assertNull(TraceHeader.wellFormed(null));
  }
}
