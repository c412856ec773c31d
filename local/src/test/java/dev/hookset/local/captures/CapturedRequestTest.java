package dev.hookset.local.captures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same request in each of the forms that people have it in. */
final class CapturedRequestTest {
  private static final Map<String, String> HEADERS =
      Map.of("host", "hooks.example.com", "x-sig", "t=1,v1=ab", "content-type", "text/x; a=\"b\"");
  private static final String URL = "https://hooks.example.com/webhooks/acme?a=1&b=2";
  private static final String TARGET = "/webhooks/acme?a=1&b=2";

  @ParameterizedTest
  @MethodSource("whole")
  void read_anyUsualForm_isTheRequest(String text) {
    CapturedRequest read = read(text);

    assertEquals(HEADERS, read.headers());
    assertEquals(URL, read.url());
    assertEquals("POST", read.method());
  }

  static Stream<String> whole() {
    return Stream.of(
        // as it goes over the wire, with its body
        "POST "
            + TARGET
            + " HTTP/1.1\r\nHost: hooks.example.com\r\nX-Sig: t=1,v1=ab\r\n"
            + "Content-Type: text/x; a=\"b\"\r\n\r\n{\"a\": \"b: c\"}",
        // a header that goes on in the next line
        "POST "
            + URL
            + " HTTP/1.1\nHost:hooks.example.com\nX-Sig:\n\tt=1,v1=ab\nContent-Type: text/x;\n"
            + "    a=\"b\"\n",
        // curl -v
        "*   Trying 1.2.3.4:443...\n> POST "
            + TARGET
            + " HTTP/2\n> Host: hooks.example.com\n> X-Sig: t=1,v1=ab\n"
            + "> Content-Type: text/x; a=\"b\"\n>\n* sent\n< HTTP/2 200\n< x-sig: another\n",
        // HTTP/2, as a browser shows it, indented
        "  :method: POST\n  :path: "
            + TARGET
            + "\n  :authority: hooks.example.com\n  :scheme: https\n  x-sig: t=1,v1=ab\n"
            + "  content-type: text/x; a=\"b\"\n",
        // a browser's page
        "Request URL: "
            + URL
            + "\nRequest Method: POST\nStatus Code: 200 OK\nHost: hooks.example.com\n"
            + "X-Sig: t=1,v1=ab\nContent-Type: text/x; a=\"b\"\n",
        // copied for curl
        "curl '"
            + URL
            + "' \\\n  -X POST \\\n  -H 'host: hooks.example.com' \\\n  -H 'X-Sig: t=1,v1=ab' \\\n"
            + "  -H $'content-type: text/x; a=\\u0022b\"' \\\n  --data-raw '{\"x\":\"-H y: z\"}' \\\n"
            + "  --compressed ; echo -H 'no: none'",
        "printf %s '{}' | /usr/bin/curl -i --request=POST \""
            + URL
            + "\" -Hhost:hooks.example.com -H \"X-Sig: t=1,v1=ab\""
            + " --header=\"Content-Type: text/x; a=\\\"b\\\"\" --data-binary @-",
        """
        curl ^"https://hooks.example.com/webhooks/acme?a=1^&b=2^" ^
          -H ^"host: hooks.example.com^" ^
          -H ^"x-sig: t=1,v1=ab^" ^
          -H "content-type: text/x; a=\\"b\\"" ^
          --data-raw ^"x^"
        """,
        // an archive, and an entry of one
        "{\"log\":{\"entries\":[{\"request\":{\"method\":\"POST\",\"url\":\""
            + URL
            + "\",\"headers\":[{\"name\":\"Host\",\"value\":\"hooks.example.com\"},"
            + "{\"name\":\"X-Sig\",\"value\":\"t=1,v1=ab\"},"
            + "{\"name\":\"Content-Type\",\"value\":\"text/x; a=\\\"b\\\"\"}]}}]}}",
        // events of API Gateway, of both formats
        "{\"version\":\"2.0\",\"rawPath\":\"/webhooks/acme\",\"rawQueryString\":\"a=1&b=2\","
            + "\"requestContext\":{\"domainName\":\"hooks.example.com\",\"http\":{\"method\":\"POST\"}},"
            + "\"headers\":{\"x-sig\":\"t=1,v1=ab\",\"content-type\":\"text/x; a=\\\"b\\\"\"}}",
        // as a program prints it
        "{'method': 'POST', 'url': '"
            + TARGET
            + "', 'headers': {'Host': 'hooks.example.com', 'X-Sig': ['t=1', 'v1=ab'],"
            + " 'Content-Type': 'text/x; a=\"b\"',}}");
  }

  @ParameterizedTest
  @MethodSource("headersAlone")
  void read_headersAlone_areTheHeaders(String text) {
    CapturedRequest read = read(text);

    assertEquals(Map.of("x-id", "7", "x-sig", "t=1,v1=ab"), read.headers());
    assertEquals(null, read.url());
    assertEquals(null, read.method());
  }

  static Stream<String> headersAlone() {
    return Stream.of(
        "X-Id: 7\nX-Sig: t=1,v1=ab",
        "X-Id: 7\nX-Sig: t=1\nX-Sig: v1=ab\n",
        "X-Id:7\n\nX-Sig :t=1,v1=ab\n",
        "x-id\t7\nx-sig\tt=1,v1=ab\n",
        "\"X-Id\": \"7\",\n\"X-Sig\": \"t=1,v1=ab\"\n",
        "[{\"name\":\"X-Id\",\"value\":\"7\"},{\"name\":\"X-Sig\",\"value\":\"t=1,v1=ab\"}]",
        "[{\"key\":\"X-Id\",\"value\":7},{\"key\":\"X-Sig\",\"value\":\"t=1,v1=ab\"}]",
        "[[\"X-Id\",\"7\"],[\"X-Sig\",\"t=1,v1=ab\"]]",
        "[\"X-Id\",\"7\",\"X-Sig\",\"t=1,v1=ab\"]",
        "[\"X-Id: 7\",\"X-Sig: t=1,v1=ab\"]",
        "{\"X-Id\":\"7\",\"X-Sig\":[\"t=1\",\"v1=ab\"]}",
        "{\"x-id\":[{\"key\":\"X-Id\",\"value\":\"7\"}],\"x-sig\":[{\"value\":\"t=1,v1=ab\"}]}",
        "{\"headers\":{\"x-sig\":\"v1=ab\"},"
            + "\"multiValueHeaders\":{\"x-id\":[\"7\"],\"x-sig\":[\"t=1\",\"v1=ab\"]}}",
        // The lines of a command that hold headers, without it.
        "-H 'x-id: 7' \\\n  -H 'x-sig: t=1,v1=ab' \\\n");
  }

  @ParameterizedTest
  @CsvSource({"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void read_anEditorsOrAShellsEncoding_isUnderstood(String charset) {
    for (String mark : List.of("", "\uFEFF")) {
      byte[] bytes = (mark + "X-Id: 7\nX-Sig: ab\n").getBytes(Charset.forName(charset));

      assertEquals(Map.of("x-id", "7", "x-sig", "ab"), CapturedRequest.read(bytes).headers());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|is empty",
        "nothing here|has no headers in it; a line for each is expected, as `Name: value`",
        "{\"a\": |begins like JSON, and is none",
        "[]|has no headers in it; a line for each is expected, as `Name: value`",
        "<!doctype html><p>a: b|is a page of HTML or XML, and holds no headers",
        "{\"log\":{\"entries\":[{},{}]}}|is an archive of 2 requests; keep the one that is meant",
      })
  void read_whatHoldsNoHeaders_saysWhatItIs(String text, String sentence) {
    assertEquals(
        sentence, assertThrows(IllegalArgumentException.class, () -> read(text)).getMessage());
  }

  @Test
  void read_binaryFile_saysSo() {
    byte[] bytes = {'P', 'K', 3, 4, 0, 0, 0, 0, 0};

    assertEquals(
        "is no text, but a binary file",
        assertThrows(IllegalArgumentException.class, () -> CapturedRequest.read(bytes))
            .getMessage());
  }

  @Test
  void read_behindAProxy_hasTheSchemeThatItNames() {
    String text = "GET /a HTTP/1.1\nHost: h.example\nX-Forwarded-Proto: http,https\n";

    assertEquals("http://h.example/a", read(text).url());
    assertEquals("GET", read(text).method());
  }

  @Test
  void request_printed_showsNoHeader() {
    assertFalse(read("X-Secret: s3cr3t").toString().contains("s3cr3t"));
    assertTrue(read("X-Secret: s3cr3t").toString().contains("1 headers"));
  }

  private static CapturedRequest read(String text) {
    return CapturedRequest.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
