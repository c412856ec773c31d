/**
 * DynamoDB, SQS and S3 inside this JVM, on the loopback interface alone.
 *
 * <p>Start reading at {@link dev.hookset.local.embedded.EmbeddedDynamoDb}. This package sees
 * nothing of ours.
 */
@NullMarked
package dev.hookset.local.embedded;

import org.jspecify.annotations.NullMarked;
