package dev.hookset.local.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code samconfig.toml} says of the stages. Of TOML it reads what stands there: tables, and
 * in each {@code name = value} with texts and lists of texts. Immutable.
 */
public final class SamConfig {
  private static final Pattern TABLE = Pattern.compile("\\s*\\[([A-Za-z0-9_.-]+)]\\s*(?:#.*)?");
  private static final Pattern SETTING = Pattern.compile("\\s*(\\w+)\\s*=(.*)");
  private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"|'([^']*)'");

  private final Map<String, Map<String, String>> tables;

  private SamConfig(Map<String, Map<String, String>> tables) {
    this.tables = tables;
  }

  /**
   * Reads the file.
   *
   * @throws IOException if there is none
   */
  public static SamConfig read(Path file) throws IOException {
    Map<String, Map<String, String>> tables = new LinkedHashMap<>();
    String table = "";
    String open = null;
    for (String line : Files.readAllLines(file)) {
      if (open != null) {
        Map<String, String> settings = Objects.requireNonNull(tables.get(table), table);
        settings.merge(open, line, (a, b) -> a + " " + b);
        open = line.strip().endsWith("]") ? null : open;
        continue;
      }
      Matcher heading = TABLE.matcher(line);
      Matcher setting = SETTING.matcher(line);
      if (heading.matches()) {
        table = heading.group(1);
      } else if (setting.matches()) {
        String value = setting.group(2).strip();
        tables.computeIfAbsent(table, _ -> new LinkedHashMap<>()).put(setting.group(1), value);
        open = value.startsWith("[") && !value.contains("]") ? setting.group(1) : null;
      }
    }
    return new SamConfig(tables);
  }

  /** Returns the stage that deploys the stack of that name, or null if there is none. */
  public @Nullable String stageOf(String stack) {
    for (String table : tables.keySet()) {
      String stage = table.substring(0, Math.max(0, table.indexOf('.')));
      if (table.equals(stage + ".deploy.parameters") && stack.equals(stackName(stage))) {
        return stage;
      }
    }
    return null;
  }

  /** Returns the parameters that a deploy of a stage sets. */
  public Map<String, String> parameters(String stage) {
    Map<String, String> parameters = new LinkedHashMap<>();
    Matcher texts = TEXT.matcher(setting(stage + ".deploy.parameters", "parameter_overrides"));
    while (texts.find()) {
      String text = texts.group(1) == null ? texts.group(2) : texts.group(1);
      // A list has one a text; a text alone may have several, with blanks between them.
      for (String pair : text.split(" (?=\\w+=)", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(
              pair.substring(0, equals).strip(),
              pair.substring(equals + 1).strip().replaceAll("^\"|\"$", ""));
        }
      }
    }
    return parameters;
  }

  private String stackName(String stage) {
    String own = setting(stage + ".deploy.parameters", "stack_name");
    Matcher name =
        TEXT.matcher(own.isEmpty() ? setting(stage + ".global.parameters", "stack_name") : own);
    return name.find() ? (name.group(1) == null ? name.group(2) : name.group(1)) : "";
  }

  private String setting(String table, String name) {
    return tables.getOrDefault(table, Map.of()).getOrDefault(name, "");
  }
}
