package dev.hookset.local.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

// PrintWriter swallows a failed write: `list --json > /dev/full` ended with 0, and `tail | head -1`
// ran on for ever.
final class OutputTest {
  @Test
  void line_thatCannotBeWritten_isLostWithItsReason() {
    PrintWriter out = Output.over(failing("No space left on device"));

    OutputLost lost = assertThrows(OutputLost.class, () -> out.println("a line"));

    assertFalse(lost.isOfAClosedPipe());
    assertEquals("the output cannot be written: No space left on device", lost.getMessage());
  }

  @Test
  void line_thatNobodyReads_isOfAClosedPipe() {
    PrintWriter out = Output.over(failing("Broken pipe"));

    assertTrue(assertThrows(OutputLost.class, () -> out.println("a line")).isOfAClosedPipe());
  }

  @Test
  void text_withoutALineEnd_failsWhenItIsFlushed() {
    PrintWriter out = Output.over(failing("No space left on device"));
    out.print("no line");

    assertThrows(OutputLost.class, out::flush);
  }

  @Test
  void line_thatCanBeWritten_isThereAtOnce() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Output.over(bytes).println("Grüße");

    assertEquals("Grüße" + System.lineSeparator(), bytes.toString(StandardCharsets.UTF_8));
  }

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(reason);
      }
    };
  }
}
