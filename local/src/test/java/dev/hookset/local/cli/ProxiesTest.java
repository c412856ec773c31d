package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.cli.terminal.Problem;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

// With HTTP_PROXY set, bodies for this machine went to the proxy, and `demo` died in a stack trace.
final class ProxiesTest {
  private static final Map<String, String> EVERYWHERE =
      Map.of(
          "HTTP_PROXY", "http://proxy.example:3128",
          "https_proxy", "proxy.example",
          "ALL_PROXY", "socks5://proxy.example:1080");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8000/",
        "http://127.1.2.3/",
        "http://localhost:8788/webhooks/lemma",
        "https://LOCALHOST/",
        "http://api.localhost/",
        "http://[::1]:8788/",
        "http://[0:0:0:0:0:0:0:1]/",
        "socket://127.0.0.1:8000"
      })
  void thisMachine_isNeverReachedThroughAProxy(String url) {
    assertEquals(List.of(Proxy.NO_PROXY), new Proxies(EVERYWHERE, null).select(URI.create(url)));
  }

  @Test
  void elsewhere_isReachedThroughTheProxyOfItsScheme() {
    Proxies proxies = new Proxies(EVERYWHERE, null);

    assertEquals("proxy.example:3128", through(proxies, "http://example.com/"));
    assertEquals("proxy.example:80", through(proxies, "https://sqs.us-east-1.amazonaws.com/"));
  }

  @ParameterizedTest
  @CsvSource({
    "sqs.eu-central-1.amazonaws.com, true",
    "amazonaws.com, true",
    "notamazonaws.com, false",
    "internal.example, true",
    "a.internal.example, true",
    "db.example, false",
    "example.org, true"
  })
  void exceptions_areReachedDirectly(String host, boolean directly) {
    Proxies proxies =
        new Proxies(
            Map.of(
                "HTTPS_PROXY", "http://proxy.example:3128",
                "NO_PROXY", ".amazonaws.com, *.internal.example,example.org:443"),
            null);

    Proxy chosen = proxies.select(URI.create("https://" + host + ":443/")).getFirst();

    assertEquals(directly, chosen.equals(Proxy.NO_PROXY));
  }

  @Test
  void exception_ofEverything_isReachedDirectly() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "http://proxy.example:3128", "no_proxy", "*");

    assertEquals(
        List.of(Proxy.NO_PROXY),
        new Proxies(environment, null).select(URI.create("https://example.com/")));
  }

  @Test
  void address_thatIsNone_isNamedWithoutItsPassword() {
    Proxies proxies = new Proxies(Map.of("HTTPS_PROXY", "http://me:s3cr3t@:x"), null);

    Problem e =
        assertThrows(Problem.class, () -> proxies.select(URI.create("https://example.com/")));

    assertTrue(String.valueOf(e.getMessage()).startsWith("HTTPS_PROXY "), e.getMessage());
    assertFalse(String.valueOf(e.getMessage()).contains("s3cr3t"), e.getMessage());
  }

  private static String through(Proxies proxies, String url) {
    InetSocketAddress address =
        (InetSocketAddress) proxies.select(URI.create(url)).getFirst().address();
    return address.getHostString() + ":" + address.getPort();
  }
}
