package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Secrets Manager, as far as receivers ask it: it has a secret for each provider that was never
 * replaced, and also serves the key set of a provider that publishes one.
 */
final class Secrets {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());
  private static final String ARN = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";

  private Secrets() {}

  static HttpServer start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", Secrets::answer);
    server.start();
    return server;
  }

  /**
   * Returns the variables by which a receiver in the stack finds its keys.
   *
   * @param endpoint this server's
   */
  static Map<String, String> variables(Provider provider, String endpoint) {
    String prefix = provider.variablePrefix();
    String arn = ARN + provider.name();
    return provider.publishedKeys() == null
        ? Map.of(prefix + "_WEBHOOK_SECRET_ARN", arn)
        : Map.of(
            prefix + "_API_KEY_ARN",
            arn,
            prefix + "_SIGNING_KEY_URL",
            endpoint + "/" + provider.name());
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] request = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (exchange.getRequestMethod().equals("GET")) {
        send(exchange, 200, key(path.substring(1)));
        return;
      }
      JsonNode asked = JSON.readTree(request);
      if (!asked.path("VersionStage").asText("AWSCURRENT").equals("AWSCURRENT")) {
        send(exchange, 400, "{\"__type\":\"ResourceNotFoundException\",\"Message\":\"none\"}");
        return;
      }
      String arn = asked.required("SecretId").textValue();
      send(
          exchange,
          200,
          JSON.writeValueAsString(
              Map.of(
                  "ARN",
                  arn,
                  "CreatedDate",
                  Instant.EPOCH.getEpochSecond(),
                  "SecretString",
                  key(arn.substring(ARN.length())))));
    }
  }

  private static String key(String provider) {
    return KEYS.verificationVariables(Providers.named(provider).orElseThrow()).values().stream()
        .findFirst()
        .orElseThrow();
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
