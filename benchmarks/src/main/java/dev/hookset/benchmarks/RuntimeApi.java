package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A stand-in for Lambda's Runtime API that measures, the same for every contender: one thread a
 * connection, no more work an invocation than its protocol asks for. It also gives credentials at
 * an address, as Lambda does to a function with SnapStart.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String RUNTIME = "/2018-06-01/runtime/";
  private static final String CREDENTIALS = "/credentials";
  private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(9);

  private final ServerSocket server;
  private final SynchronousQueue<Handover> restores = new SynchronousQueue<>();
  private final BlockingQueue<byte[]> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> ready = new LinkedBlockingQueue<>();
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private volatile long handedOver;

  /** A restore that is waiting to be let go. */
  private record Handover() {}

  /**
   * What a function answered.
   *
   * @param nanos how long it took, from the hand-over of the event to the end of the answer
   * @param at when it was there
   */
  record Answer(String kind, String payload, long nanos, long at) {
    String successful() {
      if (!kind.equals("response")) {
        throw new IllegalStateException("the function failed: " + payload);
      }
      return payload;
    }
  }

  private RuntimeApi(ServerSocket server) {
    this.server = server;
  }

  static RuntimeApi start() throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    RuntimeApi api = new RuntimeApi(server);
    Thread.ofPlatform().daemon().name("runtime-api").start(api::accept);
    return api;
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Returns the variables that say where a function with SnapStart finds its credentials. */
  Map<String, String> variablesOfCredentialsAddress() {
    return Map.of(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://" + address() + CREDENTIALS,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "token");
  }

  /** Waits until the function asks for work, or for its restore, and returns when it did. */
  long awaitReady(Duration patience) throws InterruptedException, TimeoutException {
    Long at = ready.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (at == null) {
      throw new TimeoutException("the function did not ask for work within " + patience);
    }
    return at;
  }

  /** Hands an event over and waits for the answer. */
  Answer invoke(byte[] event) throws InterruptedException, TimeoutException {
    events.add(event);
    return awaitAnswer();
  }

  /**
   * Lets a function go that waits for its restore, an event waiting for it, and waits for the
   * answer. The time counts from the restore on, so that the hooks that run after it are in it.
   */
  Answer restoreAndInvoke(byte[] event) throws InterruptedException, TimeoutException {
    events.add(event);
    long start = System.nanoTime();
    if (!restores.offer(new Handover(), 1, TimeUnit.MINUTES)) {
      throw new TimeoutException("the function does not wait for a restore");
    }
    Answer answer = awaitAnswer();
    return new Answer(answer.kind(), answer.payload(), answer.at() - start, answer.at());
  }

  private Answer awaitAnswer() throws InterruptedException, TimeoutException {
    Answer answer = answers.poll(1, TimeUnit.MINUTES);
    if (answer == null) {
      throw new TimeoutException("the function did not answer");
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().name("runtime-api").start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (true) {
        String requestLine = line(in);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          String lower = header.toLowerCase(Locale.ROOT);
          if (lower.startsWith("content-length:")) {
            length = Integer.parseInt(lower.substring(15).strip());
          }
        }
        byte[] body = in.readNBytes(length);
        answer(requestLine.split(" ", 3)[1], body, out);
      }
    } catch (IOException e) {
      // The function is gone, or has closed a connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(String path, byte[] body, OutputStream out)
      throws IOException, InterruptedException {
    if (path.equals(RUNTIME + "invocation/next")) {
      ready.add(System.nanoTime());
      byte[] event = events.take();
      String id = UUID.randomUUID().toString();
      String headers =
          "Lambda-Runtime-Aws-Request-Id: "
              + id
              + "\r\nLambda-Runtime-Deadline-Ms: "
              + Instant.now().plus(FUNCTION_TIMEOUT).toEpochMilli()
              + "\r\nLambda-Runtime-Invoked-Function-Arn:"
              + " arn:aws:lambda:us-east-1:000000000000:function:contender\r\n"
              + "Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000;Sampled=0\r\n";
      handedOver = System.nanoTime();
      write(out, "200 OK", headers, event);
    } else if (path.startsWith(RUNTIME + "invocation/")) {
      long at = System.nanoTime();
      String kind = path.substring(path.lastIndexOf('/') + 1);
      ready.clear();
      answers.add(new Answer(kind, new String(body, UTF_8), at - handedOver, at));
      write(out, "202 Accepted", "", "{\"status\":\"OK\"}".getBytes(US_ASCII));
    } else if (path.equals(RUNTIME + "restore/next")) {
      ready.add(System.nanoTime());
      restores.take();
      write(out, "200 OK", "", new byte[0]);
    } else if (path.equals(CREDENTIALS)) {
      String credentials =
          """
          {"AccessKeyId":"local","SecretAccessKey":"secret","Token":"token","Expiration":"%s"}"""
              .formatted(Instant.now().plus(Duration.ofHours(6)));
      write(out, "200 OK", "", credentials.getBytes(US_ASCII));
    } else {
      answers.add(new Answer("error", path + ": " + new String(body, UTF_8), 0, System.nanoTime()));
      write(out, "202 Accepted", "", "{\"status\":\"OK\"}".getBytes(US_ASCII));
    }
  }

  private static void write(OutputStream out, String status, String headers, byte[] body)
      throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream(body.length + 512);
    message.writeBytes(
        ("HTTP/1.1 "
                + status
                + "\r\n"
                + headers
                + "Content-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(US_ASCII));
    message.writeBytes(body);
    message.writeTo(out);
    out.flush();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
