package dev.hookset.aws.inbox;

import dev.hookset.EventKey;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Claims records: one write, and if it is refused, the reason by what the item holds. A record that
 * cannot be read is failed, as no claim could ever be granted.
 */
final class Claims {
  private final InboxTable table;
  private final RecordUpdates updates;

  Claims(InboxTable table, RecordUpdates updates) {
    this.table = table;
    this.updates = updates;
  }

  Claim claim(EventKey key, ClaimTerms terms) {
    UpdateItemRequest request =
        updates.claim(key, terms).on(table.name()).returnValues(ReturnValue.ALL_NEW).build();
    return InboxTable.calling(
        InboxTable.UPDATE,
        () -> {
          ItemReader item;
          try {
            item = new ItemReader(table.client().updateItem(request).attributes());
          } catch (ConditionalCheckFailedException e) {
            return refused(key, e, terms);
          } catch (DynamoDbException e) {
            if (isOfTheWrongKind(e)) {
              return unreadable(
                  key,
                  terms,
                  new ItemReader(table.item(key)),
                  "DynamoDB cannot update it: " + e.getMessage());
            }
            throw e;
          }
          try {
            return new Claim.Granted(item.record());
          } catch (UnreadableRecord e) {
            return unreadable(key, terms, item, e.getMessage());
          }
        });
  }

  /** Whether an attribute that the update computes with is not a number or a list. */
  private static boolean isOfTheWrongKind(DynamoDbException e) {
    return e.awsErrorDetails() != null
        && "ValidationException".equals(e.awsErrorDetails().errorCode());
  }

  private Claim refused(EventKey key, ConditionalCheckFailedException e, ClaimTerms terms) {
    InboxRecord found = null;
    if (InboxTable.isThere(e)) {
      ItemReader item = new ItemReader(e.item());
      Status status;
      try {
        status = item.status();
      } catch (UnreadableRecord unknown) {
        // What a newer version has written is not ours to change.
        return new Claim.Unreadable(unknown.getMessage());
      }
      try {
        found = item.record();
      } catch (UnreadableRecord damaged) {
        return status.isFinal()
            ? new Claim.Finished(status)
            : unreadable(key, terms, item, damaged.getMessage());
      }
    }
    if (found != null && isHeldBy(terms.owner(), found)) {
      return new Claim.Granted(found);
    }
    return switch (Lifecycle.judge(found, terms)) {
      // The condition that has just failed would hold now: somebody else is at it.
      case Claim.Granted _ -> new Claim.Held();
      case Claim claim -> claim;
    };
  }

  private Claim unreadable(EventKey key, ClaimTerms terms, ItemReader item, String problem) {
    return table.update(updates.failUnreadable(key, terms, item.ownTime(), problem), _ -> false)
        ? new Claim.Unreadable(problem)
        : new Claim.Held();
  }

  private static boolean isHeldBy(String owner, InboxRecord found) {
    return found.status() == Status.PROCESSING && owner.equals(found.lease());
  }
}
