package dev.hookset.aws;

import dev.hookset.EventKey;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
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
  public void push(EventKey pointer, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException("delay must be from 0 to " + LONGEST_DELAY);
    }
    int seconds = (int) delay.plusNanos(999_999_999).toSeconds();
    try {
      sqs.sendMessage(
          send ->
              send.queueUrl(queueUrl)
                  .messageBody(WorkMessages.write(pointer))
                  .delaySeconds(seconds == 0 ? null : seconds));
    } catch (SdkException e) {
      throw new QueueUnavailable("SQS did not take the pointer", e);
    }
  }

  @Override
  public List<EventKey> pushAll(List<EventKey> pointers) {
    if (pointers.size() > LARGEST_BATCH) {
      throw new IllegalArgumentException("at most " + LARGEST_BATCH + " pointers at once");
    }
    if (pointers.isEmpty()) {
      return List.of();
    }
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (int i = 0; i < pointers.size(); i++) {
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(i))
              .messageBody(WorkMessages.write(pointers.get(i)))
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
      throw new QueueUnavailable("SQS did not take the pointers", e);
    }
  }
}
