package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.local.operator.Mention;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Records;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.QueueUnavailable;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The deliveries of the local stack, as they came. */
final class DeliveriesOfDev implements Contents {
  private final DeliveryLog log;
  private final Verification verification;
  private final DeliveryPane pane;
  private final Operator operator;
  private final SampleSender samples;
  private final Function<String, URI> publicUrls;
  private final Resending resending;
  private final RecordPoller poller;
  private volatile Page.Compaction compaction = () -> {};
  private final JsonMapper json = new JsonMapper();

  DeliveriesOfDev(
      DeliveryLog log,
      Inbox inbox,
      Records records,
      Verification verification,
      Function<String, URI> urls,
      InstantSource clock,
      Operator operator,
      SampleSender samples,
      Function<String, URI> publicUrls) {
    this.log = log;
    this.verification = verification;
    this.pane = new DeliveryPane(log, inbox, records, verification, urls, clock);
    this.operator = operator;
    this.samples = samples;
    this.publicUrls = publicUrls;
    this.resending = new Resending(log, inbox, verification, samples, urls, clock);
    this.poller = new RecordPoller(log, inbox, records);
  }

  @Override
  public void useKeys(Deliveries deliveries, Map<String, String> variables) {
    verification.use(variables);
    samples.use(deliveries);
  }

  @Override
  public void whenForgetting(Page.Compaction compaction) {
    this.compaction = compaction;
  }

  @Override
  public Origin origin() {
    return new Origin(null, true);
  }

  @Override
  public Map<String, List<String>> samples() {
    return samples.types();
  }

  @Override
  public URI url(String sender) {
    return publicUrls.apply(sender);
  }

  @Override
  public Answer search(@Nullable String query) {
    return Search.answer(log, query);
  }

  @Override
  public @Nullable Answer data(LogEntry.Delivered delivered, String view) {
    Body body = delivered.exchange().body();
    return switch (view) {
      case "" -> Answer.of(200, pane.of(delivered));
      case "verification" -> Answer.of(200, pane.verification(delivered));
      case "body" -> body == null ? null : Answer.bytes(body);
      case "draft" -> body == null ? null : Answer.of(200, resending.draft(delivered));
      case "command" ->
          body == null || !delivered.exchange().method().equals("POST")
              ? null
              : Answer.text(SendCommandLine.of(delivered.exchange()));
      case "curl" -> body == null ? null : Answer.text(pane.curl(delivered));
      case "fixture" -> body == null ? null : Answer.of(200, pane.fixture(delivered.key(), body));
      case "event" -> body == null ? null : Answer.text(pane.lambdaEvent(delivered));
      default -> null;
    };
  }

  @Override
  public @Nullable Answer act(String path, JsonNode request) {
    if (path.startsWith(Page.RESEND)) {
      return resending.act(path.substring(Page.RESEND.length()), request);
    }
    return switch (path) {
      case Page.FORGET -> forget(request);
      case "/api/clear" ->
          Answer.of(200, JsonNodeFactory.instance.objectNode().put("deliveries", log.clear()));
      case "/api/replay" -> replay(operator, request.path("key").asText());
      case "/api/send" ->
          sendSample(
              request.path("provider").asText(),
              request.path("type").asText(),
              request.path("variant").asText());
      default -> null;
    };
  }

  /** Takes events out of the book, and what mentions a text. */
  private Answer forget(JsonNode request) {
    Set<EventKey> keys = new HashSet<>();
    String text = request.path("text").textValue();
    try {
      request.path("keys").forEach(key -> keys.add(EventKey.parse(key.asText())));
      // What follows holds up whoever writes.
      if (keys.isEmpty() && text == null) {
        return Answer.message(400, "which events, or which text?");
      }
      Mention mention = text == null ? null : new Mention(text);
      int count = log.forget(keys, mention);
      compaction.run();
      return Answer.of(200, JsonNodeFactory.instance.objectNode().put("deliveries", count));
    } catch (IOException e) {
      return Answer.message(503, e.getMessage());
    } catch (IllegalArgumentException e) {
      return Answer.message(400, e.getMessage());
    }
  }

  /** Has an event handled again. */
  static Answer replay(Operator operator, String text) {
    EventKey key;
    try {
      key = EventKey.parse(text);
    } catch (IllegalArgumentException e) {
      return Answer.message(400, e.getMessage());
    }
    try {
      return operator.replay(key)
          ? Answer.message(200, "replayed")
          : Answer.message(409, "there is no such record, or it is not finished yet");
    } catch (QueueUnavailable e) {
      return Answer.message(
          202, "replayed; the queue does not answer, so the relay pushes it later");
    } catch (InboxUnavailable e) {
      return Answer.message(503, "the record cannot be changed: " + e.getMessage());
    }
  }

  private Answer sendSample(String providerName, String type, String variantName) {
    Provider provider = Providers.named(providerName).orElse(null);
    if (provider == null || type.isEmpty()) {
      return Answer.message(400, "which provider, and which type?");
    }
    SampleSender.Variant variant =
        Stream.of(SampleSender.Variant.values())
            .filter(each -> each.name().equalsIgnoreCase(variantName))
            .findFirst()
            .orElse(null);
    if (variant == null) {
      return Answer.message(400, "which variant?");
    }
    try {
      ArrayNode answers = json.createArrayNode();
      samples.send(provider, type, variant).forEach(answers::add);
      ObjectNode sent = json.createObjectNode();
      sent.set("answers", answers);
      return Answer.of(200, sent);
    } catch (IllegalArgumentException e) {
      return Answer.message(400, e.getMessage());
    } catch (IOException e) {
      return Answer.message(502, "the stack does not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.message(503, "the stack is being stopped");
    }
  }

  @Override
  public void close() {
    poller.close();
    samples.close();
  }
}
