/**
 * Where the rest meets AWS: the Lambda entry points, the adapters to DynamoDB, SQS, Secrets Manager
 * and EventBridge, and the wiring that puts them together.
 *
 * <p>Start reading at {@link dev.hookset.aws.Wiring}, which alone reads the environment and the
 * system's clock. This package sees all others, and none of them sees it.
 */
@NullMarked
package dev.hookset.aws;

import org.jspecify.annotations.NullMarked;
