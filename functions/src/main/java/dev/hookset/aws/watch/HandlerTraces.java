package dev.hookset.aws.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.work.Report;
import dev.hookset.work.WorkLog;
import java.io.IOException;
import java.io.StringWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adds each handler's run to the trace of the delivery, as a subsegment of the function that
 * received it, and passes every report on. Safe to share between threads.
 *
 * <p>X-Ray itself only links the worker's traces to the deliveries': its segment is that of a whole
 * batch. Here every attempt on an event, hours later too, stands under the delivery that brought
 * it.
 *
 * <p>Subsegments go to the daemon that runs beside a function, as one datagram each. Nothing waits
 * for an answer, and what cannot be sent is left out: no event may be held up by a trace.
 */
public final class HandlerTraces implements WorkLog {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String HEADER = "{\"format\":\"json\",\"version\":1}\n";
  private static final Pattern ADDRESS =
      Pattern.compile("(?:.* )?(?:udp:)?([0-9A-Za-z.-]+):([0-9]{1,5})(?: tcp:.*)?");
  private static final Pattern NOT_IN_A_NAME =
      Pattern.compile("[^\\p{L}\\p{N} _.:/%&#=+\\-@]", Pattern.UNICODE_CHARACTER_CLASS);
  private static final int LONGEST_NAME = 200;
  private static final int ID_DIGITS = 16;

  private final WorkLog next;
  private final InetSocketAddress daemon;

  /**
   * Creates traces in front of {@code next}.
   *
   * @param daemon where it listens; not resolved before it is needed
   */
  public HandlerTraces(WorkLog next, InetSocketAddress daemon) {
    this.next = Objects.requireNonNull(next, "next");
    this.daemon = Objects.requireNonNull(daemon, "daemon");
  }

  /**
   * Reads the daemon's address: {@code 169.254.79.129:2000}, or {@code tcp:127.0.0.1:2000
   * udp:127.0.0.1:2001}.
   *
   * @throws IllegalArgumentException if it is no such address; the message says what was expected
   */
  public static InetSocketAddress address(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
      throw new IllegalArgumentException(
          "is '" + text + "'; an address such as 169.254.79.129:2000 is expected");
    }
    return InetSocketAddress.createUnresolved(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  @Override
  public void note(Report report) {
    next.note(report);
    EventKey key = report.key();
    String header = TraceHeader.wellFormed(report.traceId());
    if (key == null || header == null || report.runs().isEmpty()) {
      return;
    }
    Map<String, String> trace = new HashMap<>();
    for (String part : header.split(";", -1)) {
      String[] pair = part.split("=", 2);
      trace.put(pair[0], pair[1]);
    }
    String parent = trace.get("Parent");
    if (parent == null || !"1".equals(trace.get("Sampled"))) {
      return;
    }
    // Opened anew each time: a socket from before a snapshot may lead nowhere after it.
    try (DatagramSocket socket = new DatagramSocket()) {
      SocketAddress to = new InetSocketAddress(daemon.getHostString(), daemon.getPort());
      for (int i = 0; i < report.runs().size(); i++) {
        byte[] document =
            (HEADER + subsegment(report, key, i, trace.get("Root"), parent))
                .getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(document, document.length, to));
      }
    } catch (IOException | IllegalArgumentException e) {
      // Left out, as it says above.
    }
  }

  private static String subsegment(
      Report report, EventKey key, int index, @Nullable String root, String parent)
      throws IOException {
    Report.Run run = report.runs().get(index);
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("name", name(run.handler()));
      json.writeStringField("id", id(report, key, index));
      json.writeStringField("trace_id", root);
      json.writeStringField("parent_id", parent);
      json.writeStringField("type", "subsegment");
      json.writeFieldName("start_time");
      json.writeNumber(seconds(run.from()));
      json.writeFieldName("end_time");
      json.writeNumber(seconds(run.to()));
      if (run.failed()) {
        json.writeBooleanField("fault", true);
      }
      json.writeObjectFieldStart("annotations");
      json.writeStringField("provider", key.provider());
      json.writeStringField("eventId", key.eventId());
      json.writeNumberField("attempt", report.attempt());
      json.writeNumberField("replays", report.replays());
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }

  /** In seconds, to the millisecond, as X-Ray has it. */
  private static String seconds(Instant instant) {
    long millis = instant.toEpochMilli();
    return millis / 1000 + "." + String.format("%03d", millis % 1000);
  }

  /** X-Ray takes these characters, and so many. */
  private static String name(String handler) {
    String name = NOT_IN_A_NAME.matcher(handler).replaceAll("_");
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
  }

  /** Nothing random: functions that start from one snapshot share the state of a generator. */
  private static String id(Report report, EventKey key, int index) {
    return Body.ofUtf8(
            report.messageId()
                + "/"
                + key
                + "/"
                + report.replays()
                + "/"
                + report.attempt()
                + "/"
                + index)
        .sha256()
        .substring(0, ID_DIGITS);
  }
}
