package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.Body;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Has a shell take the command apart again: what it hands to curl must be what came. */
final class CurlTest {
  private static final URI URL = URI.create("http://127.0.0.1:8788/webhooks/lemma");

  /** Instead of curl: prints each argument, and then its input, each ended with a NUL. */
  private static final String STUB =
      "curl() { printf '%s\\0' \"$@\"; for a in \"$@\"; do if [ \"$a\" = @- ]; then cat; fi; done; }\n";

  @ParameterizedTest
  @MethodSource("bodies")
  void command_inAShell_sendsTheBodyByteForByte(byte[] body) throws Exception {
    List<byte[]> arguments =
        run(Curl.command("POST", URL, Map.of("content-type", "text/x"), Body.copyOf(body)));

    assertEquals("--data-binary", text(arguments.get(6)));
    assertEquals(Body.copyOf(body), Body.copyOf(arguments.getLast()));
  }

  static Stream<byte[]> bodies() {
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    return Stream.concat(
        Stream.of(
                "",
                "{}",
                "{\"a\":\"it's $HOME `id` \\\"quoted\\\" \\\\ $(id) !! \"}",
                "'; touch /tmp/owned; '",
                "line\nline\n",
                "line\r\nline",
                "@/etc/passwd",
                "\u001b[201~; id\n",
                "za\u017c\u00f3\u0142\u0107 \u202e \ud83e\udd9d",
                "%s%n -H x",
                "it's long \n".repeat(20_000))
            .map(text -> text.getBytes(StandardCharsets.UTF_8)),
        Stream.of(every));
  }

  @ParameterizedTest
  @MethodSource("values")
  void command_inAShell_sendsTheHeadersAsTheyCame(String value) throws Exception {
    List<byte[]> arguments =
        run(
            Curl.command(
                "POST",
                URL,
                new TreeMap<>(
                    Map.of(
                        "content-type",
                        "application/json",
                        "x-lemma-signature",
                        value,
                        "host",
                        "evil.example",
                        "content-length",
                        "3")),
                Body.ofUtf8("{}")));

    assertEquals(
        List.of(
            "-ig",
            "-X",
            "POST",
            URL.toString(),
            "-H",
            "content-type: application/json",
            "-H",
            value.isEmpty() ? "x-lemma-signature;" : "x-lemma-signature: " + value,
            "--data-binary",
            "{}"),
        arguments.stream().map(CurlTest::text).toList());
  }

  static Stream<String> values() {
    return Stream.of("", "sha256=00", "it's", "$(id)", "a\tb", "\u001b[31m\\'", "`id`;|&");
  }

  /** Curl calls a body a form unless told otherwise, and a form reaches its function in base64. */
  @Test
  void command_ofADeliveryWithoutAContentType_sendsNone() throws Exception {
    List<byte[]> arguments = run(Curl.command("POST", URL, Map.of(), Body.ofUtf8("{}")));

    assertEquals("content-type:", text(arguments.get(5)));
  }

  /** A header of bytes that are not ASCII came again in UTF-8, each of them as two. */
  @Test
  void command_headerOfBytes_sendsThemAsTheyCame() throws Exception {
    String value = "caf\u00e9 it's \\ \u0085f \u00ff";

    List<byte[]> arguments =
        run(Curl.command("POST", URL, Map.of("content-type", value), Body.ofUtf8("{}")));

    assertEquals(
        "content-type: " + value, new String(arguments.get(5), StandardCharsets.ISO_8859_1));
  }

  /** A query of {@code a=[1-1000]} was a range to curl: one command sent a thousand deliveries. */
  @Test
  void command_bracketsInTheQuery_areOneDelivery() throws Exception {
    URI url = URI.create(URL + "?a=[1-1000]");

    List<byte[]> arguments = run(Curl.command("POST", url, Map.of(), Body.ofUtf8("{}")));

    assertEquals("-ig", text(arguments.get(0)));
    assertEquals(url.toString(), text(arguments.get(3)));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<byte[]> run(String command) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("bash", "--norc").redirectErrorStream(true).start();
    try (var in = shell.getOutputStream()) {
      in.write(("export LC_ALL=C.UTF-8\n" + STUB + command).getBytes(StandardCharsets.UTF_8));
    }
    byte[] out = shell.getInputStream().readAllBytes();
    assertEquals(0, shell.waitFor(), text(out));
    List<byte[]> arguments = new ArrayList<>();
    int from = 0;
    // As many as there are before the input, which may hold a NUL itself.
    boolean readsInput = command.startsWith("printf ");
    for (int i = 0; i < out.length; i++) {
      if (out[i] == 0 && !(readsInput && arguments.size() == 8)) {
        arguments.add(Arrays.copyOfRange(out, from, i));
        from = i + 1;
      }
    }
    if (readsInput) {
      arguments.add(Arrays.copyOfRange(out, from, out.length));
    }
    return arguments;
  }
}
