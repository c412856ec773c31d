/**
 * The work queue in SQS, and what its messages look like.
 *
 * <p>Start reading at {@link dev.hookset.aws.queue.SqsWorkQueue}. The wiring comes in, the worker's
 * entry point, and the operator's commands.
 */
@NullMarked
package dev.hookset.aws.queue;

import org.jspecify.annotations.NullMarked;
