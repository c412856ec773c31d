package dev.hookset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms and queries, which are told from other bodies by their characters alone. */
final class FormTest {
  @Test
  void read_form_hasItsParametersInTheirOrderDecoded() {
    Form form = Form.read(Body.ofUtf8("b=2&a=x+y%20z&%C3%A9=%E2%82%AC&empty="));

    assertNotNull(form);
    assertEquals(
        List.of(
            new Form.Parameter("b", "2"),
            new Form.Parameter("a", "x y z"),
            new Form.Parameter("é", "€"),
            new Form.Parameter("empty", "")),
        form.parameters());
    assertEquals("x y z", form.value("a"));
    assertNull(form.value("c"));
  }

  @Test
  void value_nameThatComesTwice_isTheLast() {
    assertEquals("3", Form.of("a=1&b=2&a=3").value("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"a\":1}",
        "a b=c",
        "a=b\n",
        "é=1",
        "a=%zz",
        "a=%4",
        "<a b=c>",
        "word"
      })
  void read_whatIsNoForm_isNull(String body) {
    // A body that reads as a form must be one: its header, which nobody signs, is not asked.
    assertNull(Form.read(Body.ofUtf8(body)));
  }

  @ParameterizedTest
  @CsvSource({"a=%zz, %zz", "a=%, %", "a=%4, %4", "a=1%2B1, 1+1", "a, ''", "a=b=c, b=c"})
  void of_anyQuery_readsWhatIsNoEscapeAsItself(String query, String value) {
    assertEquals(value, Form.of(query).value("a"));
  }

  @Test
  void of_emptyPieces_arePassedOver() {
    assertEquals(List.of(new Form.Parameter("a", "1")), Form.of("&&a=1&").parameters());
    assertEquals(List.of(), Form.of("").parameters());
  }
}
