package dev.hookset.receive;

import dev.hookset.signing.Scheme;
import dev.hookset.signing.Verified;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One sender's dialect: how it signs, where its event's ID, type and time stand, and which answers
 * it expects.
 *
 * <p>Implementations have no state, read nothing from outside and never see a key. To add a
 * provider, write one and name it in {@code Providers}.
 */
public interface Provider {
  /**
   * Returns the name: lower-case letters. It stands in the route, the key and (in upper case) the
   * variables.
   */
  String name();

  /** Returns how it signs. */
  Scheme scheme();

  /** Returns the paths of the members that {@link #read} asks for, such as {@code data.runId}. */
  Set<String> fields();

  /**
   * Says what a body tells about its event. Must not throw, whatever stands in it.
   *
   * @param fields the members at {@link #fields()}, as far as they are there
   * @param verified the delivery, for its signed timestamp
   */
  Facts read(Fields fields, Verified verified);

  /**
   * Returns the event types that it documents; {@code *} stands for any characters. Others are
   * accepted all the same: this is for whoever misspells one. Empty where it documents none.
   */
  default List<String> types() {
    return List.of();
  }

  /** Returns where an operator finds the secret or key in the provider's console. */
  String whereToFindTheKey();

  /**
   * Returns where it publishes its public keys to whoever has an API key, or null if it does not.
   */
  default @Nullable URI publishedKeys() {
    return null;
  }

  /** Returns the status code of an acceptance. */
  default int successStatus() {
    return 200;
  }

  /** Returns the status code of a refusal for its signature or its age. */
  default int refusalStatus() {
    return 401;
  }

  /**
   * Returns the names of the headers that the record keeps; they prove nothing, but help to find a
   * delivery.
   */
  default List<String> keptHeaders() {
    return List.of();
  }

  /**
   * Returns the setting that names the only environment to handle events of, or null if the
   * provider tells none apart.
   */
  default @Nullable EnvironmentSetting environmentSetting() {
    return null;
  }

  /**
   * A setting that names the only environment to handle events of.
   *
   * @param suffix what follows {@code <PROVIDER>_WEBHOOK_} in the variable's name
   * @param values the environment by the setting's value; {@code any} is understood besides
   */
  record EnvironmentSetting(String suffix, Map<String, String> values) {
    /** Copies the values. */
    public EnvironmentSetting {
      values = Map.copyOf(values);
    }

    /** Returns what the setting may be. */
    public Set<String> choices() {
      Set<String> choices = new TreeSet<>(values.keySet());
      choices.add("any");
      return choices;
    }
  }
}
