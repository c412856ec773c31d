package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.operator.Listed;
import dev.hookset.local.operator.Query;
import dev.hookset.local.operator.Records;
import dev.hookset.providers.Providers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The key of an event that somebody names. */
final class EventKeys {
  /** An ID of 256, a tilde and 16 digits, rounded up: nothing is recorded under a longer one. */
  private static final int LONGEST = 300;

  private static final int LONGEST_SHOWN = 200;

  /** What stands in a list for the middle of an ID. */
  private static final char MIDDLE = '…';

  /** How many of the newest events are gone through for an ID without its middle. */
  private static final int MOST_LOOKED_AT = 10_000;

  private EventKeys() {}

  /** Refuses what names no event, before a stack is asked. */
  static void require(List<String> arguments) {
    if (arguments.isEmpty()
        || (arguments.size() == 1 && Providers.named(arguments.getFirst()).isPresent())) {
      throw nothingNamed();
    }
    of(arguments.size() == 1 ? "any" : arguments.getFirst(), arguments.getLast());
  }

  /**
   * Returns the key of the event that is meant: an ID alone will do where one provider alone has
   * it, and it may be typed as it was printed, with its escapes, or without its middle. In the
   * latter case the newest events are gone through.
   *
   * @param arguments an ID, or a provider and an ID
   * @return nothing if there is no record of it
   */
  static Optional<EventKey> find(Target.Parts parts, List<String> arguments) {
    Inbox inbox = parts.inbox();
    String id = arguments.getLast();
    List<String> providers =
        arguments.size() == 1 ? parts.providers() : List.of(arguments.getFirst());
    for (String each : new LinkedHashSet<>(List.of(id, Printable.read(id)))) {
      UnreadableRecord unreadable = null;
      List<EventKey> found = new ArrayList<>();
      for (String provider : providers) {
        EventKey key = of(provider, each);
        try {
          inbox.find(key).ifPresent(_ -> found.add(key));
        } catch (UnreadableRecord e) {
          unreadable = e; // It hides no other provider's event of this ID.
        }
      }
      if (found.isEmpty() && unreadable != null) {
        throw unreadable;
      }
      if (found.size() > 1) {
        throw Problem.ofTheCommandLine(
            "several providers have an event of this ID; say whose: "
                + found.stream().map(EventKey::provider).collect(Collectors.joining(", ")));
      }
      if (!found.isEmpty()) {
        return Optional.of(found.getFirst());
      }
    }
    if (arguments.size() > 1 && Providers.named(arguments.getFirst()).isEmpty()) {
      throw Problem.ofTheCommandLine(ProviderNames.unknown(arguments.getFirst()));
    }
    // As `dev` and `replay` print it: the key.
    int hash = id.indexOf('#');
    if (arguments.size() == 1
        && hash > 0
        && hash < id.length() - 1
        && Providers.named(id.substring(0, hash)).isPresent()) {
      return find(parts, List.of(id.substring(0, hash), id.substring(hash + 1)));
    }
    return shortened(parts.records(), arguments);
  }

  /** Returns the one event whose ID {@code list} may print so. */
  private static Optional<EventKey> shortened(Records records, List<String> arguments) {
    String id = arguments.getLast();
    int gap = id.indexOf(MIDDLE);
    if (gap < 0) {
      return Optional.empty();
    }
    String head = id.substring(0, gap);
    String tail = id.substring(gap + 1);
    Query query = Query.of().of(arguments.size() == 1 ? null : arguments.getFirst());
    List<EventKey> found =
        records.newest(query, MOST_LOOKED_AT, MOST_LOOKED_AT).records().stream()
            .map(Listed::key)
            .filter(
                key -> {
                  String printed = Printable.of(key.eventId());
                  return printed.length() > id.length() - 1
                      && printed.startsWith(head)
                      && printed.endsWith(tail);
                })
            .toList();
    if (found.size() > 1) {
      throw Problem.ofTheCommandLine(
          found.size() + " events have an ID like that; `./hookset list --wide` has them whole");
    }
    return found.stream().findFirst();
  }

  /** Returns what was named, for a message. */
  static String shown(List<String> arguments) {
    return Printable.of(String.join("#", arguments), LONGEST_SHOWN);
  }

  /** Returns the key; a longer ID than is recorded stands there by its digest. */
  private static EventKey of(String provider, String id) {
    if (provider.isEmpty() || provider.indexOf('#') >= 0 || id.isEmpty()) {
      throw nothingNamed();
    }
    return new EventKey(
        provider, id.length() > LONGEST ? "sha256:" + Body.ofUtf8(id).sha256() : id);
  }

  private static Problem nothingNamed() {
    return Problem.ofTheCommandLine(
        "which event? `./hookset list` names them; say its ID, or PROVIDER ID");
  }
}
