package dev.hookset.local.stack;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.hookset.aws.WorkerFunction;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * Does what Lambda's event source does for a queue: receives messages in batches, invokes the
 * worker, deletes what it has not reported as failed, and leaves the rest to become visible again
 * and in the end to be moved aside.
 */
final class QueuePoller implements AutoCloseable {
  private static final int BATCH_SIZE = 10;
  private static final int LONG_POLL_SECONDS = 1;
  private static final Duration PAUSE_AFTER_OUTAGE = Duration.ofSeconds(1);

  private final SqsClient sqs;
  private final String queueUrl;
  private volatile WorkerFunction worker;
  private final Duration timeout;
  private final InstantSource clock;
  private final StackListener listener;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closing;

  /**
   * Starts polling.
   *
   * @param concurrency how many batches are worked on at the same time
   * @param timeout how long an invocation of the worker may take
   */
  QueuePoller(
      SqsClient sqs,
      String queueUrl,
      WorkerFunction worker,
      int concurrency,
      Duration timeout,
      InstantSource clock,
      StackListener listener) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.worker = worker;
    this.timeout = timeout;
    this.clock = clock;
    this.listener = listener;
    for (int i = 1; i <= concurrency; i++) {
      threads.add(Thread.ofPlatform().daemon().name("queue-poller-" + i).start(this::poll));
    }
  }

  /** Has the batches from now on worked on by {@code worker}; those in work end as they began. */
  void use(WorkerFunction worker) {
    this.worker = worker;
  }

  private void poll() {
    boolean answering = true;
    while (!closing) {
      try {
        List<Message> batch = receive();
        if (!batch.isEmpty()) {
          work(batch);
        }
        answering = true;
      } catch (SdkException e) {
        if (answering && !closing) {
          listener.troubled("the queue does not answer: " + e.getMessage());
        }
        answering = false;
        pause();
      }
    }
  }

  private List<Message> receive() {
    return sqs.receiveMessage(
            receive ->
                receive
                    .queueUrl(queueUrl)
                    .maxNumberOfMessages(BATCH_SIZE)
                    .waitTimeSeconds(LONG_POLL_SECONDS)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  private void work(List<Message> batch) {
    Set<String> failed;
    try {
      SQSBatchResponse response =
          worker.handleRequest(event(batch), new LocalContext("WorkerFunction", timeout, clock));
      failed =
          response.getBatchItemFailures().stream()
              .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
              .collect(Collectors.toSet());
    } catch (RuntimeException e) {
      // What Lambda does when a function fails: the whole batch comes back.
      listener.troubled("the worker failed on a batch of " + batch.size() + ": " + e);
      return;
    }
    List<DeleteMessageBatchRequestEntry> handled =
        batch.stream()
            .filter(message -> !failed.contains(message.messageId()))
            .map(
                message ->
                    DeleteMessageBatchRequestEntry.builder()
                        .id(message.messageId())
                        .receiptHandle(message.receiptHandle())
                        .build())
            .toList();
    if (!handled.isEmpty()) {
      sqs.deleteMessageBatch(delete -> delete.queueUrl(queueUrl).entries(handled));
    }
  }

  private static SQSEvent event(List<Message> batch) {
    SQSEvent event = new SQSEvent();
    event.setRecords(
        batch.stream()
            .map(
                message -> {
                  SQSEvent.SQSMessage copy = new SQSEvent.SQSMessage();
                  copy.setMessageId(message.messageId());
                  copy.setReceiptHandle(message.receiptHandle());
                  copy.setBody(message.body());
                  copy.setAttributes(Map.copyOf(message.attributesAsStrings()));
                  copy.setEventSource("aws:sqs");
                  return copy;
                })
            .toList());
    return event;
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_AFTER_OUTAGE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing = true;
    }
  }

  /** Stops when the batches that are being worked on are through. */
  @Override
  public void close() {
    closing = true;
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join(timeout);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
