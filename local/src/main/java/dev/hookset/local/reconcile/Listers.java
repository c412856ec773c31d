package dev.hookset.local.reconcile;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who can be asked what was sent: the one place that names them. */
public enum Listers {
  /** Stripe's events. */
  STRIPE(StripeEvents.BASE, null, ""),
  /** The deliveries of a webhook of GitHub's. */
  GITHUB(
      GitHubDeliveries.BASE,
      Pattern.compile("(?:repos/[\\w.-]+/[\\w.-]+|orgs/[\\w.-]+)/hooks/\\d+"),
      "repos/OWNER/REPO/hooks/ID or orgs/ORG/hooks/ID"),
  /** What Svix has attempted to send to an endpoint. */
  SVIX(
      SvixMessages.BASE,
      Pattern.compile("app/(?<app>[\\w.-]+)/endpoint/(?<endpoint>[\\w.-]+)"),
      "app/APP/endpoint/ENDPOINT");

  private final String base;

  @SuppressWarnings("ImmutableEnumChecker") // A pattern cannot change.
  private final @Nullable Pattern hook;

  private final String form;

  Listers(String base, @Nullable Pattern hook, String form) {
    this.base = base;
    this.hook = hook;
    this.form = form;
  }

  /** Returns the one for a provider; null if nobody documents an API to list what it has sent. */
  public static @Nullable Listers of(String provider) {
    return switch (provider) {
      case "stripe" -> STRIPE;
      case "github" -> GITHUB;
      case "standard-webhooks", "svix", "clerk", "resend" -> SVIX;
      default -> null;
    };
  }

  /** Returns where its API is, unless it runs elsewhere. */
  public URI base() {
    return URI.create(base);
  }

  /** Returns how one names what to list; empty if nothing has to be named. */
  public String form() {
    return form;
  }

  /** Returns whether a text names what to list. */
  public boolean isHook(@Nullable String text) {
    return hook == null ? text == null : text != null && hook.matcher(text).matches();
  }

  /** Returns the headers that show a key. */
  public Map<String, String> headers(String key) {
    return switch (this) {
      case STRIPE -> StripeEvents.headers(key);
      case GITHUB -> GitHubDeliveries.headers(key);
      case SVIX -> SvixMessages.headers(key);
    };
  }

  /**
   * Returns a lister.
   *
   * @param provider whose events they are here
   * @param text what to list, as {@link #isHook} has found it right
   */
  public Lister lister(Api api, String provider, @Nullable String text) {
    return switch (this) {
      case STRIPE -> new StripeEvents(api);
      case GITHUB -> new GitHubDeliveries(api, String.valueOf(text));
      case SVIX -> {
        Matcher parts = Objects.requireNonNull(hook).matcher(String.valueOf(text));
        if (!parts.matches()) {
          throw new IllegalArgumentException(form);
        }
        yield new SvixMessages(api, provider, parts.group("app"), parts.group("endpoint"));
      }
    };
  }
}
