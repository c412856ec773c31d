package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Takes whatever is put into a table or a queue, and forgets it. */
final class StubAws implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;

  StubAws() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", StubAws::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      String answer =
          switch (String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"))) {
            case "DynamoDB_20120810.PutItem" -> "{}";
            case "AmazonSQS.SendMessage" ->
                "{\"MessageId\":\"1\",\"MD5OfMessageBody\":\""
                    + md5(request.required("MessageBody").textValue())
                    + "\"}";
            default -> null;
          };
      byte[] bytes =
          (answer == null ? "{\"__type\":\"UnknownOperation\"}" : answer)
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(answer == null ? 400 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
