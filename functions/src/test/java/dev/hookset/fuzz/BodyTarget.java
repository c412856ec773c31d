package dev.hookset.fuzz;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Event;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.payloads.LambaEvent;
import dev.hookset.payloads.LaminaRun;
import dev.hookset.payloads.LemmaIncidentEvent;
import dev.hookset.payloads.LucidEvent;
import dev.hookset.payloads.LymnusEvent;
import dev.hookset.receive.Receipt;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Scheme;
import java.util.Arrays;

/**
 * Any body, truly signed. The first byte names the provider. What is authentic is recorded whatever
 * stands in it, but for an event that is too old by its own time; the same again is a duplicate,
 * and other bytes never take the place of the first.
 */
public final class BodyTarget {
  private BodyTarget() {}

  /** Takes an input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Rig rig = new Rig(input[0], Integer.MAX_VALUE);
    Body body = Body.wrap(Arrays.copyOfRange(input, 1, input.length));

    Receipt first = receive(rig, body);
    Receipt second = receive(rig, body);

    if (first.outcome() == Receipt.Outcome.ANSWERED) {
      Rig.check(second.outcome() == Receipt.Outcome.ANSWERED, "and then not: " + second);
      return;
    }
    if (first.outcome() == Receipt.Outcome.REFUSED) {
      Scheme scheme = rig.sender().provider().scheme();
      Scheme.Timestamp timestamp = scheme.timestamp();
      boolean timeIsInTheBody =
          timestamp != null && timestamp.place() == Scheme.Timestamp.Place.MEMBER;
      Rig.check(
          timeIsInTheBody
              || (Reason.TIMESTAMP_OUT_OF_TOLERANCE.word().equals(first.detail())
                  && !scheme.signsTimestamp()),
          "an authentic delivery is refused: " + first);
      Rig.check(second.outcome() == Receipt.Outcome.REFUSED, "and then taken: " + second);
      return;
    }
    Rig.check(second.outcome() == Receipt.Outcome.DUPLICATE, "no duplicate: " + second);
    InboxRecord recorded = rig.records().getFirst();
    Rig.check(body.equals(recorded.body()), "the record has another body");
    Event event = recorded.event(body);
    view(event);

    receive(rig, longer(body));

    Rig.check(rig.records().getFirst().equals(recorded), "the first record has changed");
    Rig.check(rig.records().size() == 2, "other bytes are not kept: " + rig.records());
    boolean sameId =
        rig.records().getLast().key().eventId().startsWith(event.id() + "~")
            && rig.records().getLast().status() == Status.QUARANTINED;
    Rig.check(
        sameId || !rig.records().getLast().key().equals(event.key()),
        "other bytes under the same key");
  }

  private static Receipt receive(Rig rig, Body body) {
    return rig.receive(new Delivery(rig.sender().headers(body, Rig.NOW), body, Rig.NOW));
  }

  /** The same object, if it is one, in other bytes. */
  private static Body longer(Body body) {
    byte[] longer = Arrays.copyOf(body.toByteArray(), body.size() + 1);
    longer[body.size()] = ' ';
    return Body.wrap(longer);
  }

  /** A handler may look at a body in any of these ways, and none of them throws. */
  private static void view(Event event) {
    LaminaRun.of(event);
    LemmaIncidentEvent.of(event);
    LambaEvent.of(event);
    LucidEvent.of(event);
    LymnusEvent.of(event);
  }
}
