package dev.hookset.local.template;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A SAM template, read. Immutable as far as nobody writes into the maps that it returns.
 *
 * <p>CloudFormation's short forms stand as their long ones: {@code !Ref X} as {@code {"Ref": X}},
 * {@code !Sub X} as {@code {"Fn::Sub": X}}, and so on.
 */
public final class Template {
  private final Map<?, ?> root;

  private Template(Map<?, ?> root) {
    this.root = root;
  }

  /**
   * Reads a template.
   *
   * @throws IOException if there is no such file, or it is not YAML
   */
  public static Template read(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      Object root = new Yaml(new ShortForms()).load(reader);
      if (root instanceof Map<?, ?> map) {
        return new Template(map);
      }
      throw new IOException(file + " is not a template");
    } catch (YAMLException e) {
      throw new IOException(file + " is not YAML: " + e.getMessage(), e);
    }
  }

  /**
   * Returns what stands at {@code path}, or null if there is nothing; an index names an element of
   * a list.
   */
  public @Nullable Object at(Object... path) {
    return below(root, path);
  }

  /** Returns what stands at {@code path} below {@code start}, likewise. */
  public static @Nullable Object below(@Nullable Object start, Object... path) {
    Object here = start;
    for (Object step : path) {
      if (here instanceof Map<?, ?> map) {
        here = map.get(step);
      } else if (here instanceof List<?> list
          && step instanceof Integer index
          && index < list.size()) {
        here = list.get(index);
      } else {
        return null;
      }
    }
    return here;
  }

  /** Returns the properties of a resource. */
  public Map<?, ?> properties(String resource) {
    return map(at("Resources", resource, "Properties"), "Resources." + resource + ".Properties");
  }

  /** Returns the logical names of the resources of a type. */
  public List<String> resources(String type) {
    List<String> names = new ArrayList<>();
    map(at("Resources"), "Resources")
        .forEach(
            (name, resource) -> {
              if (type.equals(below(resource, "Type"))) {
                names.add(String.valueOf(name));
              }
            });
    return names;
  }

  /**
   * Returns the logical names of the functions that receive; each says in {@code PROVIDER} from
   * whom.
   */
  public List<String> receivers() {
    return resources("AWS::Serverless::Function").stream()
        .filter(name -> variable(name, "PROVIDER") != null)
        .toList();
  }

  /**
   * Returns the value of a function's own variable as it stands, or null if it has none of that
   * name.
   */
  public @Nullable Object variable(String function, String name) {
    return below(properties(function), "Environment", "Variables", name);
  }

  /**
   * Returns a function's environment as a deploy with nothing but defaults would make it.
   *
   * @param references what a reference to a resource stands for, by the resource's name
   */
  public Map<String, String> environment(String function, Map<String, String> references) {
    Map<Object, Object> variables = new LinkedHashMap<>();
    variables.putAll(map(at("Globals", "Function", "Environment", "Variables"), "Globals"));
    if (below(properties(function), "Environment", "Variables") instanceof Map<?, ?> own) {
      variables.putAll(own);
    }
    Map<String, String> resolved = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> {
          String text = resolve(value, references);
          if (text != null) {
            resolved.put(String.valueOf(name), text);
          }
        });
    return resolved;
  }

  /** Returns the names of the variables that {@code function} can have. */
  public Set<String> variableNames(String function) {
    Set<String> names = new TreeSet<>();
    for (Object variables :
        List.of(
            map(at("Globals", "Function", "Environment", "Variables"), "Globals"),
            below(properties(function), "Environment", "Variables") instanceof Map<?, ?> own
                ? own
                : Map.of())) {
      ((Map<?, ?>) variables).keySet().forEach(name -> names.add(String.valueOf(name)));
    }
    return names;
  }

  /**
   * Returns the text of a value, or null if it depends on what only a deploy knows, or stands for
   * nothing.
   */
  private @Nullable String resolve(@Nullable Object value, Map<String, String> references) {
    if (!(value instanceof Map<?, ?> intrinsic)) {
      return value == null ? null : value.toString();
    }
    if (!(intrinsic.get("Ref") instanceof String name)) {
      return null;
    }
    String known = references.get(name);
    Object parameter = at("Parameters", name, "Default");
    return known == null && parameter != null ? parameter.toString() : known;
  }

  private static Map<?, ?> map(@Nullable Object value, String where) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException("the template has no map at " + where);
  }

  private static final class ShortForms extends SafeConstructor {
    ShortForms() {
      super(new LoaderOptions());
      yamlMultiConstructors.put("!", new LongForm());
    }

    private final class LongForm extends AbstractConstruct {
      @Override
      public Object construct(Node node) {
        String tag = Objects.requireNonNull(node.getTag(), "tag").getValue().substring(1);
        String name = tag.equals("Ref") || tag.equals("Condition") ? tag : "Fn::" + tag;
        Object value =
            switch (node) {
              case ScalarNode scalar -> constructScalar(scalar);
              case SequenceNode sequence -> constructSequence(sequence);
              case MappingNode mapping -> constructMapping(mapping);
              default -> throw new YAMLException("an alias with a tag");
            };
        return Map.of(name, value);
      }
    }
  }
}
