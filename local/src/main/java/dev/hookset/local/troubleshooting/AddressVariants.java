package dev.hookset.local.troubleshooting;

import dev.hookset.Delivery;
import dev.hookset.signing.MessageTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which address a sender may have signed that signs it: what stands in between often shows the
 * function another one than the sender was given.
 */
final class AddressVariants {
  private static final Pattern URL =
      Pattern.compile("(https?)://([^/?#]*)([^?#]*)(\\?[^#]*)?(?:#.*)?", Pattern.CASE_INSENSITIVE);

  private static final Pattern FORWARDED_HOST =
      Pattern.compile("host=\"?([^\";,]+)", Pattern.CASE_INSENSITIVE);

  private static final String ROUTES = "/webhooks/";
  private static final int MOST = 600;

  private AddressVariants() {}

  /** An address in its parts; the query has its question mark, or is empty. */
  private record Parts(String scheme, String authority, String path, String query) {
    static @Nullable Parts of(String url) {
      Matcher parts = URL.matcher(url);
      return parts.matches()
          ? new Parts(
              parts.group(1).toLowerCase(Locale.ROOT),
              parts.group(2),
              parts.group(3),
              parts.group(4) == null ? "" : parts.group(4))
          : null;
    }

    String url() {
      return scheme + "://" + authority + path + query;
    }
  }

  /** Returns the delivery at other addresses, and by other methods; none if neither is signed. */
  static List<Variant<Case>> of(Case delivery) {
    List<Variant<Case>> variants = new ArrayList<>();
    if (signs(delivery, "{method}")) {
      for (String method : List.of("POST", "GET", "PUT", "post")) {
        if (!method.equals(delivery.address().method())) {
          variants.add(
              new Variant<>(
                  Cause.OTHER_METHOD,
                  "the method " + method,
                  "The method is signed as it stands: " + title(delivery) + " asked by that one.",
                  delivery.at(delivery.address().by(method))));
        }
      }
    }
    if (signs(delivery, "{url}")) {
      urls(delivery)
          .forEach(
              (url, cure) ->
                  variants.add(
                      new Variant<>(
                          Cause.OTHER_ADDRESS,
                          "the address " + url,
                          cure,
                          delivery.at(delivery.address().to(url)))));
    }
    return variants;
  }

  /** Says that the address is not known, where it is signed. */
  static List<Diagnosis.Finding> hints(Case delivery) {
    return signs(delivery, "{url}") && delivery.address().url().isEmpty()
        ? List.of(
            new Diagnosis.Finding(
                Cause.OTHER_ADDRESS,
                false,
                title(delivery) + " signs the address of its requests, which is not known here",
                "Give the URL as " + title(delivery) + " was given it, with its query."))
        : List.of();
  }

  private static boolean signs(Case delivery, String place) {
    MessageTemplate message = delivery.scheme().message();
    return message != null && message.toString().contains(place);
  }

  private static String title(Case delivery) {
    return delivery.provider().title();
  }

  /** Returns other addresses, those with one difference first, each with what to do about it. */
  private static Map<String, String> urls(Case delivery) {
    String own = delivery.address().url();
    Map<String, String> urls = new LinkedHashMap<>();
    String given =
        "Set "
            + delivery.provider().variablePrefix()
            + "_WEBHOOK_URL to the URL as "
            + title(delivery)
            + " was given it: what stands in between shows the function another one.";
    List<Parts> starts = new ArrayList<>();
    for (String start : starts(delivery, own)) {
      Parts parts = Parts.of(start);
      if (parts != null) {
        starts.add(parts);
        urls.putIfAbsent(start, given);
      }
    }
    Delivery read = delivery.delivery();
    for (Parts parts : starts) {
      for (String scheme : List.of("https", "http")) {
        put(urls, new Parts(scheme, parts.authority, parts.path, parts.query), given);
      }
      hosts(read, parts)
          .forEach(
              host -> put(urls, new Parts(parts.scheme, host, parts.path, parts.query), given));
      paths(read, parts)
          .forEach(
              path ->
                  put(urls, new Parts(parts.scheme, parts.authority, path, parts.query), given));
      queries(starts, parts)
          .forEach(
              query ->
                  put(
                      urls,
                      new Parts(parts.scheme, parts.authority, parts.path, query),
                      "The query belongs to the address that is signed: hand it on as it came, in its"
                          + " order and with its escapes."));
    }
    for (Parts parts : starts) {
      for (String host : hosts(read, parts)) {
        for (String path : paths(read, parts)) {
          for (String query : queries(starts, parts)) {
            for (String scheme : List.of("https", "http")) {
              if (urls.size() < MOST) {
                put(urls, new Parts(scheme, host, path, query), given);
              }
            }
          }
        }
      }
    }
    urls.remove(own);
    return urls;
  }

  private static void put(Map<String, String> urls, Parts parts, String cure) {
    urls.putIfAbsent(parts.url(), cure);
  }

  /** Returns the addresses that are known, the own one first. */
  private static Collection<String> starts(Case delivery, String own) {
    Set<String> starts = new LinkedHashSet<>();
    starts.add(own);
    starts.addAll(delivery.address().others());
    String host = delivery.delivery().header("host");
    if (host != null && !host.isEmpty() && own.isEmpty()) {
      starts.add("https://" + host + ROUTES + delivery.provider().name());
    }
    return starts;
  }

  private static Set<String> hosts(Delivery read, Parts parts) {
    Set<String> hosts = new LinkedHashSet<>(List.of(parts.authority));
    for (String name : List.of("x-forwarded-host", "x-original-host", "host")) {
      String value = read.header(name);
      if (value != null) {
        Arrays.stream(value.split(",", -1)).map(String::strip).forEach(hosts::add);
      }
    }
    Matcher forwarded = FORWARDED_HOST.matcher(String.valueOf(read.header("forwarded")));
    if (forwarded.find()) {
      hosts.add(forwarded.group(1));
    }
    for (String host : List.copyOf(hosts)) {
      String bare = host.substring(host.indexOf('@') + 1).toLowerCase(Locale.ROOT);
      hosts.add(bare);
      hosts.add(bare.replaceFirst(":\\d+$", ""));
      String port = read.header("x-forwarded-port");
      if (port != null && bare.indexOf(':') < 0) {
        hosts.add(bare + ":" + port.strip());
      }
    }
    hosts.remove("");
    return hosts;
  }

  private static Set<String> paths(Delivery read, Parts parts) {
    Set<String> paths = new LinkedHashSet<>(List.of(parts.path));
    for (String name :
        List.of("x-original-uri", "x-original-url", "x-forwarded-uri", "x-rewrite-url")) {
      String value = read.header(name);
      if (value != null) {
        paths.add(value.replaceFirst("^https?://[^/]*", "").replaceFirst("\\?.*", ""));
      }
    }
    String prefix = read.header("x-forwarded-prefix");
    if (prefix != null) {
      paths.add(prefix.replaceFirst("/+$", "") + parts.path);
    }
    // A stage of API Gateway, or what a proxy cuts off.
    int second = parts.path.indexOf('/', 1);
    if (second > 0) {
      paths.add(parts.path.substring(second));
    }
    for (String path : List.copyOf(paths)) {
      paths.add(path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/");
    }
    return paths;
  }

  private static Set<String> queries(List<Parts> starts, Parts parts) {
    Set<String> queries = new LinkedHashSet<>(List.of(parts.query));
    starts.forEach(start -> queries.add(start.query));
    queries.add("");
    for (String query : List.copyOf(queries)) {
      if (query.length() > 1) {
        queries.add(
            Arrays.stream(query.substring(1).split("&", -1))
                .sorted()
                .collect(Collectors.joining("&", "?", "")));
        queries.add(query.replace("+", "%20"));
        queries.add(query.replace("%20", "+"));
        queries.add(query.replace("&amp;", "&"));
      }
    }
    return queries;
  }
}
