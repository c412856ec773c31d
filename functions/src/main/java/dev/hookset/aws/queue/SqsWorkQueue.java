package dev.hookset.aws.queue;

import dev.hookset.Pointer;
import dev.hookset.aws.watch.TraceHeader;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/** The work queue in SQS. */
public final class SqsWorkQueue implements WorkQueue {
  private final SqsClient sqs;
  private final String queueUrl;

  /**
   * Creates a queue; does not call SQS.
   *
   * @param sqs its timeouts decide how long a method can take; stays the caller's to close
   * @param queueUrl the queue's URL
   */
  public SqsWorkQueue(SqsClient sqs, String queueUrl) {
    this.sqs = Objects.requireNonNull(sqs, "sqs");
    this.queueUrl = Objects.requireNonNull(queueUrl, "queueUrl");
  }

  @Override
  public void push(Pointer pointer, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException("delay must be from 0 to " + LONGEST_DELAY);
    }
    int seconds = (int) delay.plusNanos(999_999_999).toSeconds();
    try {
      sqs.sendMessage(
          send ->
              send.queueUrl(queueUrl)
                  .messageBody(WorkMessages.write(pointer.key()))
                  .messageSystemAttributes(trace(pointer.traceId()))
                  .delaySeconds(seconds == 0 ? null : seconds));
    } catch (SdkException e) {
      throw new QueueUnavailable("SQS SendMessage failed", e);
    }
  }

  @Override
  public List<Pointer> pushAll(List<Pointer> pointers) {
    if (pointers.size() > LARGEST_BATCH) {
      throw new IllegalArgumentException("at most " + LARGEST_BATCH + " pointers at once");
    }
    if (pointers.isEmpty()) {
      return List.of();
    }
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (int i = 0; i < pointers.size(); i++) {
      Pointer pointer = pointers.get(i);
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(i))
              .messageBody(WorkMessages.write(pointer.key()))
              .messageSystemAttributes(trace(pointer.traceId()))
              .build());
    }
    try {
      SendMessageBatchResponse response =
          sqs.sendMessageBatch(send -> send.queueUrl(queueUrl).entries(entries));
      return response.failed().stream()
          .map(BatchResultErrorEntry::id)
          .map(id -> pointers.get(Integer.parseInt(id)))
          .toList();
    } catch (SdkException e) {
      throw new QueueUnavailable("SQS SendMessageBatch failed", e);
    }
  }

  /**
   * The system attribute by which Lambda links the worker's trace to the delivery's. Without it the
   * message would carry the trace of whoever sends it, which for a relay's or a worker's push is
   * not the delivery's.
   */
  private static Map<MessageSystemAttributeNameForSends, MessageSystemAttributeValue> trace(
      @Nullable String traceId) {
    String header = TraceHeader.wellFormed(traceId);
    return header == null
        ? Map.of()
        : Map.of(
            MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
            MessageSystemAttributeValue.builder().dataType("String").stringValue(header).build());
  }
}
