package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy a call goes through: none to this machine, whatever the environment or the JVM's
 * properties say, and to elsewhere that of {@code HTTPS_PROXY} and {@code HTTP_PROXY}, but for what
 * {@code NO_PROXY} names, as the AWS CLI has it. Where they say nothing, the JVM's properties hold.
 */
final class Proxies extends ProxySelector {
  private static final int USUAL_PORT = 80;

  private final Map<String, String> environment;
  private final @Nullable ProxySelector next;

  Proxies(Map<String, String> environment, @Nullable ProxySelector next) {
    this.environment = Map.copyOf(environment);
    this.next = next;
  }

  /** Has every connection of this process go by it, the SDK's and the functions' too. */
  static void install(Map<String, String> environment) {
    // Else the JDK sends no password through a tunnel to HTTPS.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    Proxies proxies = new Proxies(environment, ProxySelector.getDefault());
    ProxySelector.setDefault(proxies);
    Authenticator.setDefault(
        new Authenticator() {
          @Override
          protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY
                ? proxies.password(getRequestingHost(), getRequestingPort())
                : null;
          }
        });
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = uri.getHost();
    if (host != null && isThisMachine(host)) {
      return List.of(Proxy.NO_PROXY);
    }
    URI proxy = host == null ? null : proxy(String.valueOf(uri.getScheme()));
    if (host != null && proxy != null) {
      return List.of(isExcepted(host, uri.getPort()) ? Proxy.NO_PROXY : http(proxy));
    }
    return next == null ? List.of(Proxy.NO_PROXY) : next.select(uri);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // There is one at most, and so none to turn to.
  }

  private static boolean isThisMachine(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(name.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private @Nullable URI proxy(String scheme) {
    String name = scheme + "_proxy";
    String value = variable(name);
    if (value.isEmpty() || !(scheme.equals("http") || scheme.equals("https"))) {
      return null;
    }
    try {
      URI uri = new URI(value.contains("://") ? value : "http://" + value);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Falls through: the message below says what was expected, and repeats no password.
    }
    throw new Problem(
        name.toUpperCase(Locale.ROOT)
            + " is no address of a proxy; one looks like http://proxy.example.com:3128");
  }

  /** The lower-cased one first, as curl, Python and with it the AWS CLI have it. */
  private String variable(String name) {
    return environment.getOrDefault(
        name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
  }

  private boolean isExcepted(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    for (String each : variable("no_proxy").toLowerCase(Locale.ROOT).split(",", -1)) {
      String entry = each.strip().replaceFirst("^\\*?\\.", "");
      if (entry.equals("*")
          || (!entry.isEmpty()
              && (name.equals(entry)
                  || name.endsWith("." + entry)
                  || (name + ":" + port).equals(entry)))) {
        return true;
      }
    }
    return false;
  }

  private static Proxy http(URI proxy) {
    return new Proxy(
        Proxy.Type.HTTP,
        InetSocketAddress.createUnresolved(
            proxy.getHost(), proxy.getPort() < 0 ? USUAL_PORT : proxy.getPort()));
  }

  private @Nullable PasswordAuthentication password(String host, int port) {
    for (String scheme : List.of("https", "http")) {
      URI proxy = proxy(scheme);
      String user = proxy == null ? null : proxy.getUserInfo();
      if (proxy != null
          && user != null
          && ((InetSocketAddress) http(proxy).address()).getHostString().equals(host)
          && ((InetSocketAddress) http(proxy).address()).getPort() == port) {
        String[] parts = user.split(":", 2);
        return new PasswordAuthentication(
            parts[0], (parts.length == 2 ? parts[1] : "").toCharArray());
      }
    }
    return null;
  }
}
