package dev.hookset.local.stack;

import dev.hookset.local.template.Template;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of the user's handlers: of the process's variables the worker gets those that the
 * template names. A secret's variable names its ARN there; on a laptop the secret itself is set.
 */
public final class HandlerSettings {
  private static final String WORKER = "WorkerFunction";
  private static final String SECRET = "_SECRET";
  private static final String ARN = "_ARN";

  private final Template template;
  private final Map<String, String> given;

  /**
   * Creates it.
   *
   * @param given the process's variables
   */
  public HandlerSettings(Template template, Map<String, String> given) {
    this.template = template;
    this.given = Map.copyOf(given);
  }

  /** Returns the variables that the worker gets. */
  public Map<String, String> passedOn() {
    return Functions.environment(template, WORKER, given, Map.of());
  }

  /** Returns those that the worker gets and not every function: what handlers read. */
  Map<String, String> own() {
    Map<String, String> own = new TreeMap<>(passedOn());
    own.entrySet()
        .removeIf(
            each ->
                each.getValue().isEmpty()
                    || (template.variable(WORKER, each.getKey()) == null
                        && template.variable(WORKER, each.getKey() + ARN) == null));
    return own;
  }

  /** Returns whether the template names a variable for the worker. */
  public boolean isNamed(String variable) {
    return template.variableNames(WORKER).contains(variable);
  }

  /**
   * Says what is to be done about settings that the handlers ask for and are not given.
   *
   * @param missing their variables, as the worker has them
   */
  public String missing(Collection<String> missing) {
    List<String> toSet = new ArrayList<>();
    List<String> toName = new ArrayList<>();
    List<String> set = new ArrayList<>();
    for (String variable : missing) {
      String here = here(variable);
      boolean isSet =
          !given.getOrDefault(here, "").isEmpty() || !given.getOrDefault(variable, "").isEmpty();
      (isSet ? set : toSet).add(here);
      if (!isNamed(variable)) {
        toName.add(variable);
      }
    }
    StringBuilder said = new StringBuilder("the handlers ask for settings that they do not get: ");
    if (!toSet.isEmpty()) {
      said.append("set ").append(String.join(", ", toSet));
    }
    if (!toName.isEmpty()) {
      said.append(toSet.isEmpty() ? "" : ", and ")
          .append("name ")
          .append(String.join(", ", toName))
          .append(" in template.yaml, under WorkerFunction where it says YOURS; only what is named")
          .append(" there is passed on");
    }
    if (!set.isEmpty()) {
      said.append(" (set already: ").append(String.join(", ", set)).append(")");
    }
    return said.toString();
  }

  /** Returns what a variable of the worker is called on a laptop. */
  private static String here(String variable) {
    return variable.endsWith(SECRET + ARN)
        ? variable.substring(0, variable.length() - ARN.length())
        : variable;
  }
}
