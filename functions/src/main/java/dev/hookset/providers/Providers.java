package dev.hookset.providers;

import dev.hookset.Event;
import dev.hookset.receive.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The senders that are described here: the one place that names them. A receiver looks up its own
 * alone, so that no other's class is loaded.
 */
public final class Providers {
  /** Those that the template deploys and the local stack starts, in the documentation's order. */
  private static final List<String> DEPLOYED =
      List.of("lamina", "lemma", "lamba", "lucid", "lymnus");

  private static final List<String> NAMES =
      List.of(
          "lamina",
          "lemma",
          "lamba",
          "lucid",
          "lymnus",
          "standard-webhooks",
          "svix",
          "clerk",
          "resend",
          "openai",
          "stripe",
          "github",
          "slack",
          "shopify",
          "discord",
          "zoom",
          "meta",
          "whatsapp",
          "gitlab",
          "linear",
          "pagerduty",
          "twilio",
          "paddle",
          "hubspot",
          "square");

  /** Has the user's classes: as they were deployed, or as a command has just compiled them. */
  private static volatile Supplier<ClassLoader> room = Providers.class::getClassLoader;

  /** Those that somebody has asked for. */
  private static final Map<String, Provider> DESCRIBED = new ConcurrentHashMap<>();

  private Providers() {}

  /**
   * Has the user's own senders looked for in what {@code loader} gives, which is asked only when
   * one that the catalogue does not have is wanted. For commands, which compile what was edited.
   */
  public static void lookForOwnIn(Supplier<ClassLoader> loader) {
    room = Objects.requireNonNull(loader, "loader");
    DESCRIBED.keySet().retainAll(NAMES);
  }

  /** Returns whether the catalogue has one of that name. */
  public static boolean isInTheCatalogue(String name) {
    return NAMES.contains(name);
  }

  /** Returns the names of all, in the order of the documentation; the user's own come last. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(NAMES);
    for (Provider own : own()) {
      names.add(own.name());
    }
    return List.copyOf(names);
  }

  /** Returns all of them, in the order of the documentation; the user's own come last. */
  public static List<Provider> all() {
    return described(names());
  }

  /** Returns those that a stack has unless somebody names others. */
  public static List<Provider> deployed() {
    return described(DEPLOYED);
  }

  /** Returns the one of that name, in lower case. */
  public static Optional<Provider> named(String name) {
    Provider known = DESCRIBED.get(name);
    if (known == null) {
      known = described(name);
      if (known != null) {
        DESCRIBED.put(name, known);
      }
    }
    return Optional.ofNullable(known);
  }

  /**
   * Returns what says what an event of the provider of that name is about; null if its description
   * does not, or if there is none.
   */
  public static @Nullable Function<Event, @Nullable String> subjectOf(String name) {
    Provider provider = named(name).orElse(null);
    return provider == null || !provider.hasSubject()
        ? null
        : event -> provider.subject(event.body());
  }

  private static List<Provider> described(List<String> names) {
    return names.stream().flatMap(name -> named(name).stream()).toList();
  }

  private static @Nullable Provider described(String name) {
    return switch (name) {
      case "lamina" -> Lamina.provider();
      case "lemma" -> Lemma.provider();
      case "lamba" -> Lamba.provider();
      case "lucid" -> Lucid.provider();
      case "lymnus" -> Lymnus.provider();
      case "standard-webhooks" -> StandardWebhooks.provider();
      case "svix" -> StandardWebhooks.svix();
      case "clerk" -> StandardWebhooks.clerk();
      case "resend" -> StandardWebhooks.resend();
      case "openai" -> StandardWebhooks.openai();
      case "stripe" -> Stripe.provider();
      case "github" -> GitHub.provider();
      case "slack" -> Slack.provider();
      case "shopify" -> Shopify.provider();
      case "discord" -> Discord.provider();
      case "zoom" -> Zoom.provider();
      case "meta" -> Meta.provider();
      case "whatsapp" -> Meta.whatsapp();
      case "gitlab" -> GitLab.provider();
      case "linear" -> Linear.provider();
      case "pagerduty" -> PagerDuty.provider();
      case "twilio" -> Twilio.provider();
      case "paddle" -> Paddle.provider();
      case "hubspot" -> HubSpot.provider();
      case "square" -> Square.provider();
      default -> own(name);
    };
  }

  private static @Nullable Provider own(String name) {
    for (Provider own : own()) {
      if (own.name().equals(name)) {
        return own;
      }
    }
    return null;
  }

  /** Only who is not in the catalogue is looked for there. */
  private static List<Provider> own() {
    return OwnSenders.in(room.get(), NAMES);
  }
}
