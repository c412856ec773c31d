package dev.hookset.fuzz;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.receive.Receipt;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Any headers of a provider. The first byte names the provider; then comes a header a line, {@code
 * <name>: <value>}, in which {@value #SIGNATURE} stands for the signature that would be right: what
 * does not hold it cannot be accepted.
 */
public final class HeadersTarget {
  static final String SIGNATURE = "{signature}";

  private static final Body BODY = Body.ofUtf8("{\"id\":\"evt_1\",\"type\":\"a.b\"}");

  private HeadersTarget() {}

  /** Takes an input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Rig rig = new Rig(input[0]);
    String text = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
    boolean mayPass = text.contains(SIGNATURE);
    Delivery delivery = delivery(text);
    if (mayPass) {
      delivery = delivery(text.replace(SIGNATURE, rig.sender().signature(delivery)));
    }

    Receipt receipt = rig.receive(delivery);

    Rig.check(
        mayPass == (receipt.outcome() == Receipt.Outcome.ACCEPTED)
            || receipt.outcome() == Receipt.Outcome.REFUSED,
        "nobody signed this: " + receipt);
  }

  private static Delivery delivery(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(": ");
      if (colon >= 0) {
        headers.put(line.substring(0, colon), line.substring(colon + 2));
      }
    }
    return new Delivery(headers, BODY, Rig.NOW);
  }
}
