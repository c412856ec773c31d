package dev.hookset.signing;

import dev.hookset.Delivery;
import dev.hookset.Form;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What Twilio signs of a body behind the address: the parameters of a form, sorted by name, each
 * name and its value with nothing in between; of a name that comes several times each value once,
 * sorted too. Of any other body nothing, as then the address holds its digest: {@code bodySHA256}.
 */
final class SortedForm {
  private static final String DIGEST = "bodySHA256";

  private SortedForm() {}

  /**
   * Returns the text.
   *
   * @throws Refusal if the address holds the digest of another body
   */
  static String of(Delivery delivery) throws Refusal {
    if (delivery.body().size() == 0) {
      return "";
    }
    String digest = delivery.query().value(DIGEST);
    if (digest != null) {
      if (!digest.equalsIgnoreCase(delivery.body().sha256())) {
        throw new Refusal(Reason.INVALID_SIGNATURE);
      }
      return "";
    }
    TreeMap<String, TreeSet<String>> sorted = new TreeMap<>();
    // Whatever it is, it is taken for a form: the signature covers its characters then.
    for (Form.Parameter parameter : Form.of(delivery.body().utf8()).parameters()) {
      sorted.computeIfAbsent(parameter.name(), _ -> new TreeSet<>()).add(parameter.value());
    }
    StringBuilder text = new StringBuilder();
    sorted.forEach((name, values) -> values.forEach(value -> text.append(name).append(value)));
    return text.toString();
  }
}
