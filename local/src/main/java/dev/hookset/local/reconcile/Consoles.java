package dev.hookset.local.reconcile;

import dev.hookset.receive.Provider;

/** Where a person sees what a provider has sent, if no program can. */
public final class Consoles {
  private Consoles() {}

  /** Returns a sentence. */
  public static String of(Provider provider) {
    return switch (provider.name()) {
      case "lamina" ->
          "Lamina documents no list of runs or of deliveries; `lamina run APP --wait` shows one run";
      case "lemma" ->
          "Lemma shows each delivery, its body and its answers, under Settings > Developer >"
              + " Webhooks > Delivery log";
      case "lamba" ->
          "Lamba shows each delivery, and sends it again, under Integration > Webhooks >"
              + " Configured endpoints";
      case "lucid" ->
          "Lucid documents no list of deliveries; its Dashboard shows whether it has disabled the"
              + " webhook";
      case "lymnus" -> "Lymnus has a delivery log for each webhook, with a button to try again";
      default ->
          provider.title()
              + " documents no list that is read here; look"
              + (provider.whereToPasteTheUrl() == null
                  ? " into its console"
                  : " into its console, where the URL was pasted ("
                      + provider.whereToPasteTheUrl()
                      + ")");
    };
  }
}
