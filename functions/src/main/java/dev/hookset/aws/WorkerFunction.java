package dev.hookset.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.hookset.aws.queue.WorkMessages;
import dev.hookset.work.Message;
import dev.hookset.work.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/**
 * The Lambda function that works on what the receivers have recorded; fed by the work queue, batch
 * by batch.
 */
public final class WorkerFunction implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private final Worker worker;
  private final InstantSource clock;

  /** Creates the function from the process's environment, as Lambda does. */
  public WorkerFunction() {
    this(Wiring.ofProcess());
  }

  /** Creates the function from {@code wiring}. */
  public WorkerFunction(Wiring wiring) {
    this(wiring.worker(), wiring.clock());
  }

  /** Creates the function of {@code worker}, wherever its records are. */
  public WorkerFunction(Worker worker, InstantSource clock) {
    this.worker = Objects.requireNonNull(worker, "worker");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    Instant deadline = clock.instant().plus(Duration.ofMillis(context.getRemainingTimeInMillis()));
    List<Message> messages =
        event.getRecords().stream()
            .map(
                message ->
                    new Message(message.getMessageId(), WorkMessages.read(message.getBody())))
            .toList();
    List<SQSBatchResponse.BatchItemFailure> failures =
        worker.work(messages, context.getAwsRequestId(), deadline).stream()
            .map(SQSBatchResponse.BatchItemFailure::new)
            .toList();
    return new SQSBatchResponse(failures);
  }
}
