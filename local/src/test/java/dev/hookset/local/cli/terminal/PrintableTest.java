package dev.hookset.local.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class PrintableTest {
  @Test
  void text_ofAnyLanguage_staysAsItIs() {
    String text = "Grüße, 你好, שלום \uD83D\uDC4B (100 %) \\ \"'";

    assertEquals(text, Printable.of(text));
  }

  @Test
  void controlCharacters_areEscaped() {
    assertEquals("a\\u{A}b\\u{D}c\\u{9}d\\u{0}e\\u{7F}", Printable.of("a\nb\rc\td\0e\u007f"));
  }

  @Test
  void terminalSequences_areEscaped() {
    assertEquals("\\u{1B}[31mred\\u{1B}[0m", Printable.of("\u001b[31mred\u001b[0m"));
    assertEquals("\\u{9B}2J", Printable.of("\u009b2J"));
    assertEquals("\\u{1B}]0;title\\u{7}", Printable.of("\u001b]0;title\u0007"));
  }

  @Test
  void charactersThatTurnOrHideText_areEscaped() {
    assertEquals("\\u{202E}txt.exe", Printable.of("\u202etxt.exe"));
    assertEquals("a\\u{200B}b", Printable.of("a\u200bb"));
    assertEquals("\\u{2028}\\u{2029}", Printable.of("\u2028\u2029"));
    assertEquals("\\u{FEFF}", Printable.of("\ufeff"));
    assertEquals("\\u{E0041}", Printable.of(Character.toString(0xE0041)));
  }

  @Test
  void loneSurrogatesAndWhatIsNotAssigned_areEscaped() {
    assertEquals("\\u{D83D}", Printable.of("\uD83D"));
    assertEquals("\\u{E000}\\u{FFFF}", Printable.of("\ue000\uffff"));
  }

  @Test
  void shortening_textThatFits_staysWhole() {
    assertEquals("12345", Printable.of("12345", 5));
  }

  @Test
  void shortening_textThatIsLonger_keepsBothEnds() {
    assertEquals("12…89", Printable.of("123456789", 5));
    assertEquals("1…89", Printable.of("123456789", 4));
  }

  @Test
  void shortening_neverCutsACharacterInTwo() {
    String wave = "\uD83D\uDC4B";

    assertEquals(wave + "…" + wave, Printable.of(wave.repeat(9), 3));
  }
}
