package dev.hookset.local.cloud;

import dev.hookset.aws.Wiring;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/**
 * What a function is configured with.
 *
 * @param variables its environment, as {@link Wiring#spelledOut} has it
 * @param timeoutSeconds how long it may run
 * @param state whether it can be called, in Lambda's word
 * @param snapStart whether it starts from a snapshot, in Lambda's word; empty if nothing is said
 */
public record FunctionSettings(
    Map<String, String> variables, int timeoutSeconds, String state, String snapStart) {
  /** The alias that the routes call. */
  public static final String ALIAS = "live";

  /** Copies the variables. */
  public FunctionSettings {
    variables = Map.copyOf(variables);
  }

  /**
   * Returns the settings of a function.
   *
   * @param qualifier a version or an alias; null for what was deployed last
   * @return null if there is none of that name
   */
  public static @Nullable FunctionSettings of(
      DeployedStack stack, String function, @Nullable String qualifier) {
    try {
      GetFunctionConfigurationResponse found =
          stack
              .lambda()
              .getFunctionConfiguration(get -> get.functionName(function).qualifier(qualifier));
      Map<String, String> variables = new HashMap<>();
      if (found.environment() != null) {
        variables.putAll(found.environment().variables());
      }
      return new FunctionSettings(
          Wiring.spelledOut(variables),
          Objects.requireNonNullElse(found.timeout(), 0),
          Objects.requireNonNullElse(found.stateAsString(), "Active"),
          found.snapStart() == null
              ? ""
              : Objects.requireNonNullElse(found.snapStart().optimizationStatusAsString(), ""));
    } catch (ResourceNotFoundException e) {
      return null;
    }
  }

  /** Printed, it shows no value: there might be a key among them. */
  @Override
  public String toString() {
    return "FunctionSettings[" + variables.keySet() + ", " + timeoutSeconds + " s, " + state + "]";
  }
}
