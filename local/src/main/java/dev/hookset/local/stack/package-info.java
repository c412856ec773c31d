/**
 * The deployed stack on a laptop: the same functions over an embedded DynamoDB and an embedded SQS,
 * with what API Gateway, the event source and the schedules do around them.
 *
 * <p>Start reading at {@link dev.hookset.local.stack.LocalStack}. This package sees the functions,
 * {@code embedded}, {@code template} and {@code samples}; the command line comes in.
 */
@NullMarked
package dev.hookset.local.stack;

import org.jspecify.annotations.NullMarked;
