/**
 * The inbox in DynamoDB, and the bodies that are too long for it in S3.
 *
 * <p>Start reading at {@link dev.hookset.aws.inbox.DynamoDbInbox}. Whoever reads or writes a real
 * inbox comes in: the wiring and the operator's commands.
 */
@NullMarked
package dev.hookset.aws.inbox;

import org.jspecify.annotations.NullMarked;
