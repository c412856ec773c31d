package dev.hookset.local.page;

import dev.hookset.Body;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.stack.Exchange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that the page has edited and that are on their way to the stack. They are known by
 * what they are, not by a mark that they bear: a function is to get what a sender would send, and
 * nobody else is to set such a mark.
 *
 * <p>Not safe to share between threads; the log calls it under its lock.
 */
final class Edits {
  private final List<Edit> expected = new ArrayList<>();

  /**
   * An edited delivery.
   *
   * @param request what is sent
   * @param from the number of the delivery that it was edited from
   * @param number its own, once it has come
   */
  record Edit(DeliveryRequest request, long from, CompletableFuture<Long> number) {}

  Edit expect(DeliveryRequest request, long from) {
    Edit edit = new Edit(request, from, new CompletableFuture<>());
    expected.add(edit);
    return edit;
  }

  void remove(Edit edit) {
    expected.remove(edit);
  }

  /** Returns what has come, which is not expected any more; null if it came by itself. */
  @Nullable Edit take(Exchange exchange) {
    for (Iterator<Edit> each = expected.iterator(); each.hasNext(); ) {
      Edit edit = each.next();
      if (isOf(exchange, edit.request())) {
        each.remove();
        return edit;
      }
    }
    return null;
  }

  private static boolean isOf(Exchange exchange, DeliveryRequest request) {
    Body body = exchange.body();
    Map<String, String> sent = new HashMap<>();
    request
        .headers()
        .forEach((name, value) -> sent.put(name.toLowerCase(Locale.ROOT), value.strip()));
    return exchange.provider().equals(request.provider().name())
        && request.body().equals(body == null ? Body.ofUtf8("") : body)
        && exchange.headers().entrySet().containsAll(sent.entrySet());
  }
}
