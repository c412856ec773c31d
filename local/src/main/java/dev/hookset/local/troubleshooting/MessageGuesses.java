package dev.hookset.local.troubleshooting;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What senders sign, as templates: the usual first, then whatever can be put together. */
final class MessageGuesses {
  private static final String BODY = "{body}";
  private static final String FORM = "{form}";
  private static final String TIME = "{timestamp}";
  private static final String URL = "{url}";
  private static final String METHOD = "{method}";

  /** What stands between the parts. */
  private static final List<String> BETWEEN = List.of(".", ":", "", "\n", "|", "-", "_", ",", " ");

  private static final List<String> BETWEEN_URLS = List.of("", ".", "\n", ":", "|");

  private MessageGuesses() {}

  /**
   * Returns the templates of what may be signed.
   *
   * @param timed whether there is a timestamp
   * @param prefix what stands before the signature, which often names the version that is signed
   * @param id a header that may be signed; null for none
   */
  static Set<String> of(boolean timed, String prefix, @Nullable String id) {
    Set<String> all = new LinkedHashSet<>();
    String named = id == null ? null : "{" + id + "}";
    if (named == null && !timed) {
      all.add(BODY);
      all.add(METHOD + BODY);
    }
    if (named == null && timed) {
      List<String> versions = new ArrayList<>(List.of("v0", "v1", "v2"));
      String version = prefix.replaceAll("[^A-Za-z0-9]+$", "");
      if (!version.isEmpty() && !versions.contains(version)) {
        versions.add(version);
      }
      for (String between : BETWEEN) {
        all.addAll(orders(between, TIME, BODY));
      }
      for (String each : versions) {
        for (String between : List.of(":", ".", "")) {
          all.add(each + between + TIME + between + BODY);
        }
      }
      all.add(TIME + METHOD + BODY);
    }
    if (named != null) {
      for (String between : BETWEEN) {
        all.addAll(timed ? orders(between, named, TIME, BODY) : orders(between, named, BODY));
      }
    }
    return all;
  }

  /** Returns those that hold the address besides. */
  static Set<String> withUrl(boolean timed) {
    Set<String> all = new LinkedHashSet<>();
    for (String body : List.of(BODY, FORM)) {
      for (String between : BETWEEN_URLS) {
        if (timed) {
          all.addAll(orders(between, URL, body, TIME));
          all.addAll(orders(between, METHOD, URL, body, TIME));
        } else {
          all.addAll(orders(between, URL, body));
          all.addAll(orders(between, METHOD, URL, body));
        }
      }
    }
    return all;
  }

  /** Returns the few that most senders use. */
  static List<String> usual(boolean timed) {
    return timed
        ? List.of(TIME + "." + BODY, "v0:" + TIME + ":" + BODY, TIME + BODY)
        : List.of(BODY);
  }

  private static List<String> orders(String between, String... parts) {
    List<List<String>> orders = new ArrayList<>(List.of(List.of()));
    for (String part : parts) {
      List<List<String>> longer = new ArrayList<>();
      for (List<String> order : orders) {
        for (int i = order.size(); i >= 0; i--) {
          List<String> next = new ArrayList<>(order);
          next.add(i, part);
          longer.add(next);
        }
      }
      orders = longer;
    }
    return orders.stream().map(order -> String.join(between, order)).toList();
  }
}
