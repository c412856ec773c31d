package dev.hookset.local.doctor;

import dev.hookset.local.template.SamConfig;
import dev.hookset.local.template.Template;
import java.util.Map;
import java.util.Objects;

/**
 * Compares what a stack was deployed with to what {@code samconfig.toml} says of its stage: what
 * was told to one deploy on the command line is gone with the next that is told something else, and
 * nobody who reads the file knows of it.
 */
public final class StageCheckup {
  private static final String SUBJECT = "samconfig.toml";

  private final Template template;
  private final SamConfig config;

  /** Creates it. */
  public StageCheckup(Template template, SamConfig config) {
    this.template = Objects.requireNonNull(template, "template");
    this.config = Objects.requireNonNull(config, "config");
  }

  /**
   * Looks at a stack; says nothing of one that no stage deploys.
   *
   * @param stack its name
   * @param deployed its parameters
   */
  public void run(String stack, Map<String, String> deployed, Checkup checkup) {
    String stage = config.stageOf(stack);
    if (stage == null) {
      return;
    }
    Map<String, String> written = config.parameters(stage);
    boolean same = true;
    for (Map.Entry<String, String> parameter : deployed.entrySet()) {
      String name = parameter.getKey();
      String value = parameter.getValue();
      String fallback = String.valueOf(template.at("Parameters", name, "Default"));
      String expected = written.getOrDefault(name, fallback);
      if (!value.equals(expected)) {
        same = false;
        checkup.add(
            Finding.warning(
                SUBJECT,
                name
                    + " is '"
                    + value
                    + "' in the stack, and '"
                    + expected
                    + "' "
                    + (written.containsKey(name) ? "there" : "by default"),
                "Write \""
                    + name
                    + "="
                    + value
                    + "\" into parameter_overrides of ["
                    + stage
                    + ".deploy.parameters], or deploy what stands there."));
      }
    }
    if (same) {
      checkup.add(Finding.ok(SUBJECT, "the stack has the parameters of [" + stage + "]"));
    }
  }
}
