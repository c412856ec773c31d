package dev.hookset.local.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.local.crash.CrashReport;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The one port of the stack: a provider's route leads to the {@link Gateway}, all else to the page.
 * On the loopback interface alone, at 127.0.0.1 and, where there is one, at ::1, which is what
 * {@code localhost} means to some clients.
 */
final class HttpDoor implements AutoCloseable {
  static {
    // The JDK's server breaks a connection off at the 201st header, without an answer or a line.
    System.setProperty("sun.net.httpserver.maxReqHeaders", "10000");
  }

  private static final String ROUTES = "/webhooks/";
  private static final String PAGE_DATA = "/api/";

  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService threads;
  private volatile Map<String, ReceiveFunction> receivers;
  private final StackListener listener;
  private final Gateway gateway;
  private volatile HttpHandler others = Gateway::notFound;

  /**
   * Opens the door.
   *
   * @param receivers the functions by provider
   * @param receipts where the functions leave what they made of a delivery, by its trace
   * @throws BindException if the port is taken
   */
  HttpDoor(
      int port,
      Map<String, ReceiveFunction> receivers,
      Map<String, Receipt> receipts,
      Duration timeout,
      InstantSource clock,
      StackListener listener)
      throws IOException {
    this.receivers = Map.copyOf(receivers);
    this.listener = listener;
    this.gateway = new Gateway(receipts, timeout, clock, listener);
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      HttpServer first = listen(InetAddress.ofLiteral("127.0.0.1"), port);
      if (hasIpv6()) {
        listen(InetAddress.ofLiteral("::1"), first.getAddress().getPort());
      }
    } catch (BindException e) {
      close();
      throw new IOException("port " + port + " is taken", e);
    }
    servers.forEach(HttpServer::start);
  }

  private HttpServer listen(InetAddress address, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
    servers.add(server);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    return server;
  }

  private static boolean hasIpv6() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
  }

  int port() {
    return servers.getFirst().getAddress().getPort();
  }

  /**
   * Has what is no provider's route answered by {@code others} from here on; until then with 404.
   */
  void open(HttpHandler others) {
    this.others = others;
  }

  /** Has deliveries answered by other functions from here on. */
  void use(Map<String, ReceiveFunction> others) {
    receivers = Map.copyOf(others);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        route(exchange);
      } catch (RuntimeException | Error e) {
        // By itself the server would drop the connection, and say nothing.
        listener.troubled(
            exchange.getRequestMethod()
                + " "
                + exchange.getRequestURI().getPath()
                + " failed: "
                + CrashReport.summary(e));
        if (exchange.getResponseCode() == -1) {
          Gateway.failed(exchange);
        }
      }
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
    Provider provider =
        path.startsWith(ROUTES)
            ? Providers.named(path.substring(ROUTES.length())).orElse(null)
            : null;
    ReceiveFunction receiver = provider == null ? null : receivers.get(provider.name());
    // A GET asks on behalf of a sender; what it may ask is its function's business.
    boolean taken =
        method.equals("POST")
            || (method.equals("GET") && provider != null && !provider.handshakes().isEmpty());
    if (provider != null && receiver != null && taken) {
      gateway.deliver(exchange, provider, receiver);
    } else if (!path.startsWith(ROUTES) && (method.equals("GET") || path.startsWith(PAGE_DATA))) {
      others.handle(exchange);
    } else {
      Gateway.notFound(exchange);
    }
  }

  /** Lets the requests in hand finish, and takes no more. */
  @Override
  public void close() {
    // Each waits for what it has in hand, or for a second.
    servers.parallelStream().forEach(server -> server.stop(1));
    threads.close();
  }
}
