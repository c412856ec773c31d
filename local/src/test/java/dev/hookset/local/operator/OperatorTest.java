package dev.hookset.local.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.local.embedded.EmbeddedSqs;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;

/** What becomes of the messages that are moved back. */
final class OperatorTest {
  private static final String TRACE =
      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

  /** It moved the body alone: a redriven event's handlers were not to be found by its trace. */
  @Test
  void move_messages_keepTheirBodiesAndTraces() throws IOException {
    try (EmbeddedSqs server = EmbeddedSqs.start(null, 0);
        SqsClient sqs =
            SqsClient.builder()
                .endpointOverride(server.endpoint())
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .region(Region.of(EmbeddedSqs.REGION))
                .httpClient(Apache5HttpClient.create())
                .build()) {
      String from = sqs.createQueue(create -> create.queueName("from")).queueUrl();
      String to = sqs.createQueue(create -> create.queueName("to")).queueUrl();
      sqs.sendMessage(
          send ->
              send.queueUrl(from)
                  .messageBody("traced")
                  .messageSystemAttributes(
                      Map.of(
                          MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                          MessageSystemAttributeValue.builder()
                              .dataType("String")
                              .stringValue(TRACE)
                              .build())));
      sqs.sendMessage(send -> send.queueUrl(from).messageBody("untraced"));
      AtomicInteger steps = new AtomicInteger();

      int moved = Operator.move(sqs, from, to, steps::incrementAndGet);

      Map<String, Message> arrived =
          sqs
              .receiveMessage(
                  receive ->
                      receive
                          .queueUrl(to)
                          .maxNumberOfMessages(10)
                          .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
              .messages()
              .stream()
              .collect(Collectors.toMap(Message::body, message -> message));
      assertEquals(2, moved);
      assertEquals(2, steps.get());
      assertEquals(Map.of("traced", TRACE), traces(arrived));
      assertEquals(2, arrived.size());
      assertEquals(0, Operator.depth(sqs, from));
    }
  }

  private static Map<String, String> traces(Map<String, Message> messages) {
    return messages.values().stream()
        .filter(message -> trace(message) != null)
        .collect(Collectors.toMap(Message::body, message -> String.valueOf(trace(message))));
  }

  private static @Nullable String trace(Message message) {
    return message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
  }
}
