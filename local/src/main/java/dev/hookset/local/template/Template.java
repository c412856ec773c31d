package dev.hookset.local.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * A SAM template, read and expanded as a deploy expands it: loops are written out, parameters have
 * their values, and what a condition leaves out is gone. Immutable as far as nobody writes into the
 * maps that it returns.
 *
 * <p>What only a deploy knows stays as it is, in its long form: {@code !Ref X} as {@code {"Ref":
 * X}}, {@code !GetAtt X.Y} as {@code {"Fn::GetAtt": "X.Y"}}.
 */
public final class Template {
  private final Map<?, ?> root;

  /** Of the variables of all functions; one without a value is gone once it is expanded. */
  private final Set<String> namesOfAll = new TreeSet<>();

  private Template(Map<?, ?> written, Map<String, String> answers) {
    this.root = Expansion.of(written, answers);
    if (below(written, "Globals", "Function", "Environment", "Variables")
        instanceof Map<?, ?> all) {
      all.keySet().forEach(name -> namesOfAll.add(String.valueOf(name)));
    }
  }

  /**
   * Reads a template whose parameters have their defaults.
   *
   * @throws IOException if there is no such file, it is not YAML, or cannot be expanded
   */
  public static Template read(Path file) throws IOException {
    return read(file, Map.of());
  }

  /**
   * Reads a template.
   *
   * @param answers the parameters that are answered; the others have their defaults
   * @throws IOException if there is no such file, it is not YAML, or cannot be expanded
   */
  public static Template read(Path file, Map<String, String> answers) throws IOException {
    return parse(Files.readString(file), file.toString(), answers);
  }

  /** Reads the text of a template; {@code name} is for messages. */
  static Template parse(String text, String name, Map<String, String> answers) throws IOException {
    try {
      if (new Yaml(new ShortForms()).load(text) instanceof Map<?, ?> map) {
        return new Template(map, answers);
      }
      throw new IOException(name + " is not a template");
    } catch (YAMLException e) {
      throw new IOException(name + " is not YAML: " + e.getMessage(), e);
    } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
      throw new IOException(name + " cannot be expanded: " + e.getMessage(), e);
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

  /** Returns the name of the sender that {@code word} of the parameter Providers stands for. */
  public String nameOf(String word) {
    Object own = at("Mappings", "Settings", word, "Name");
    Object known = own == null ? at("Mappings", "Known", "Name", word) : own;
    return known == null ? word : String.valueOf(known);
  }

  /** Returns the word that stands for a sender of {@code name}, if the tables have one. */
  public Optional<String> wordOf(String name) {
    Set<String> words = new LinkedHashSet<>();
    for (Object table :
        new @Nullable Object[] {at("Mappings", "Settings"), at("Mappings", "Known", "Name")}) {
      if (table instanceof Map<?, ?> rows) {
        rows.keySet().forEach(word -> words.add(String.valueOf(word)));
      }
    }
    return words.stream().filter(word -> nameOf(word).equals(name)).findFirst();
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
   * Returns a function's environment, as far as it is known.
   *
   * @param references what a reference to a resource stands for, by the resource's name
   */
  public Map<String, String> environment(String function, Map<String, String> references) {
    Map<Object, Object> variables = new LinkedHashMap<>();
    variables.putAll(map(at("Globals", "Function", "Environment", "Variables"), "Globals"));
    if (below(properties(function), "Environment", "Variables") instanceof Map<?, ?> own) {
      variables.putAll(own);
    }
    Map<String, String> values = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> {
          Object known =
              value instanceof Map<?, ?> map
                  ? references.get(String.valueOf(map.get("Ref")))
                  : value;
          if (known != null) {
            values.put(String.valueOf(name), known.toString());
          }
        });
    return values;
  }

  /**
   * Returns the names of the variables that {@code function} can have, those without a value too.
   */
  public Set<String> variableNames(String function) {
    Set<String> names = new TreeSet<>(namesOfAll);
    if (below(properties(function), "Environment", "Variables") instanceof Map<?, ?> own) {
      own.keySet().forEach(name -> names.add(String.valueOf(name)));
    }
    return names;
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
