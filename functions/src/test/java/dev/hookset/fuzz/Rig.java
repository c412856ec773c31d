package dev.hookset.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Delivery;
import dev.hookset.EventKey;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.providers.Providers;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.Reason;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A receiving function over ports in memory, new for each input, that holds each of its answers to
 * the contract: one of the known replies, the record and the pointer that belong to it, one line in
 * the log.
 */
final class Rig {
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  /** So short that the fuzzer finds bodies that are too large. */
  private static final int MOST_BODY_BYTES = 4096;

  /** What DynamoDB takes for a partition key. */
  private static final int LONGEST_KEY = 2048;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<SigningSender> SENDERS =
      Providers.all().stream().map(SigningSender::new).toList();

  private final SigningSender sender;
  private final InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
  private final InMemoryWorkQueue queue = new InMemoryWorkQueue(InstantSource.fixed(NOW));
  private final List<Receipt> receipts = new ArrayList<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Receiver receiver;
  private final ReceiveFunction function;

  /** Creates one of the provider that {@code number}, any number, stands for. */
  Rig(int number) {
    this(number, MOST_BODY_BYTES);
  }

  Rig(int number, int maxBodyBytes) {
    this.sender = SENDERS.get(Math.floorMod(number, SENDERS.size()));
    Provider provider = sender.provider();
    List<VerificationKey> keys = sender.keys();
    InstantSource clock = InstantSource.fixed(NOW);
    JsonLog lines =
        new JsonLog(new PrintStream(log, true, StandardCharsets.UTF_8), clock, "Hookset");
    this.receiver =
        new Receiver(
            provider,
            new Verifier(provider.scheme(), () -> keys, Duration.ofMinutes(5), maxBodyBytes, clock),
            inbox,
            queue,
            new Subscription("", null),
            Duration.ofDays(29),
            receipt -> {
              receipts.add(receipt);
              lines.note(receipt);
            });
    this.function = new ReceiveFunction(receiver, clock);
  }

  SigningSender sender() {
    return sender;
  }

  List<InboxRecord> records() {
    return inbox.all();
  }

  /** Takes an event to the function and its answer to the contract. */
  void invoke(byte[] event) {
    int before = inbox.all().size();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try {
      function.handleRequest(new ByteArrayInputStream(event), answer, FuzzedInvocation.CONTEXT);
    } catch (IOException e) {
      throw new AssertionError("no stream failed", e);
    }
    JsonNode json = parsed(answer.toByteArray());
    Map<String, String> headers = new TreeMap<>();
    json.required("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().textValue()));
    check(!json.required("isBase64Encoded").booleanValue(), "the reply is in base64");
    Reply reply =
        new Reply(json.required("statusCode").intValue(), headers, json.path("body").textValue());
    if (receipts.isEmpty()) {
      check(reply.equals(new Reply(204, Map.of(), null)), "a ping got " + reply);
      check(inbox.all().isEmpty() && log.size() == 0, "a ping leaves nothing");
    } else {
      check(receipts.getLast().reply().equals(reply), "the reply on the wire is another");
      checkReceipt(before);
    }
  }

  /** Takes a delivery to the receiver and its answer to the contract. */
  Receipt receive(Delivery delivery) {
    int before = inbox.all().size();
    receiver.receive(delivery, null);
    checkReceipt(before);
    return receipts.getLast();
  }

  private void checkReceipt(int before) {
    Receipt receipt = receipts.getLast();
    Provider provider = sender.provider();
    int pushes = queue.pushed().size();
    List<InboxRecord> records = inbox.all();
    switch (receipt.outcome()) {
      case ACCEPTED -> {
        checkRecorded(receipt, before, records, Status.RECEIVED);
        check(pushes > 0 && queue.pushed().getLast().pointer().equals(receipt.key()), "no push");
      }
      case QUARANTINED -> checkRecorded(receipt, before, records, Status.QUARANTINED);
      case DUPLICATE -> {
        check(before == records.size(), "a duplicate is recorded");
        checkSuccess(receipt);
      }
      case ANSWERED -> {
        check(before == records.size(), "a handshake is recorded");
        check(receipt.reply().status() / 100 == 2, "a handshake got " + receipt.reply());
      }
      case REFUSED -> {
        Reason reason = reason(receipt.detail());
        check(before == records.size(), "what was refused is recorded");
        check(
            receipt.reply().status()
                == switch (reason) {
                  case MALFORMED_REQUEST -> 400;
                  case BODY_TOO_LARGE -> 413;
                  case MISSING_SIGNATURE,
                      MALFORMED_SIGNATURE,
                      MISSING_TIMESTAMP,
                      MALFORMED_TIMESTAMP,
                      INVALID_SIGNATURE,
                      TIMESTAMP_OUT_OF_TOLERANCE ->
                      provider.refusalStatus();
                },
            reason + " got " + receipt.reply());
        check(
            ("{\"error\":\"" + reason.word() + "\"}").equals(receipt.reply().body()),
            "the refusal says " + receipt.reply().body());
      }
      case SKIPPED, NOT_CONFIGURED, UNAVAILABLE ->
          throw new AssertionError("nothing here is filtered or down: " + receipt);
    }
    checkLine();
  }

  private void checkRecorded(
      Receipt receipt, int before, List<InboxRecord> records, Status status) {
    check(before + 1 == records.size(), "not recorded once");
    InboxRecord record = records.getLast();
    check(record.key().equals(receipt.key()), "recorded under another key");
    check(record.status() == status, "recorded as " + record.status());
    check(record.type().equals(receipt.type()), "recorded with another type");
    check(!record.type().isEmpty(), "a type is empty");
    check(record.type().length() <= 256, "a type is too long");
    String key = record.key().toString();
    check(EventKey.parse(key).equals(record.key()), "the key is not read back: " + key);
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    check(bytes.length <= LONGEST_KEY, "the key is too long: " + bytes.length);
    check(new String(bytes, StandardCharsets.UTF_8).equals(key), "the key is no UTF-8");
    checkSuccess(receipt);
  }

  private void checkSuccess(Receipt receipt) {
    Reply reply = receipt.reply();
    check(reply.status() == sender.provider().successStatus(), "a success got " + reply);
    EventKey key = receipt.key();
    String body = reply.body();
    if (body == null) {
      check(reply.status() == 204, "a success without a body");
    } else {
      JsonNode json = parsed(body.getBytes(StandardCharsets.UTF_8));
      check(
          key != null
              && json.size() == 2
              && key.eventId().equals(json.path("id").textValue())
              && receipt.outcome().word().equals(json.path("status").textValue()),
          "the reply says " + body);
    }
  }

  private void checkLine() {
    String[] lines = log.toString(StandardCharsets.UTF_8).split(System.lineSeparator(), -1);
    String line = lines[lines.length - 2];
    check(lines.length == receipts.size() + 1, "not one line for a delivery");
    check(line.chars().allMatch(c -> c >= ' ' && c <= '~'), "the line is not printable: " + line);
    check(parsed(line.getBytes(StandardCharsets.UTF_8)).isObject(), "the line is no object");
  }

  private static Reason reason(@Nullable String word) {
    return Arrays.stream(Reason.values())
        .filter(reason -> reason.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no reason: " + word));
  }

  private static JsonNode parsed(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + new String(json, StandardCharsets.UTF_8), e);
    }
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
