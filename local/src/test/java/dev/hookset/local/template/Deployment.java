package dev.hookset.local.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A template as a deploy with some answers makes it: parameters filled in, conditions decided, what
 * they leave out gone. References to resources stay as they are, since only CloudFormation knows
 * them.
 */
final class Deployment {
  private static final String FUNCTION = "AWS::Serverless::Function";

  /** What {@code AWS::NoValue} stands for until the member that has it is dropped. */
  private static final Object NOTHING = new Object();

  private final Template template;
  private final Map<String, String> answers;
  private final Map<String, Object> root = new LinkedHashMap<>();

  /**
   * @param answers the parameters that are answered; the others have their defaults
   */
  Deployment(Template template, Map<String, String> answers) {
    this.template = template;
    this.answers = Map.copyOf(answers);
    for (String name : answers.keySet()) {
      Objects.requireNonNull(template.at("Parameters", name), name);
    }
    for (String section : List.of("Globals", "Resources", "Outputs")) {
      Map<Object, Object> kept = new LinkedHashMap<>();
      members(template.at(section))
          .forEach(
              (name, value) -> {
                if (!(Template.below(value, "Condition") instanceof String condition)
                    || holds(condition)) {
                  kept.put(name, resolve(value));
                }
              });
      root.put(section, kept);
    }
  }

  /** Returns what stands at {@code path}, or null if there is nothing. */
  @Nullable Object at(Object... path) {
    return Template.below(root, path);
  }

  /** Returns a property of a resource, or null if it has none of that name. */
  @Nullable Object property(String resource, Object... path) {
    return Template.below(at("Resources", resource, "Properties"), path);
  }

  /** Returns a property of a function, its own or that of all. */
  @Nullable Object ofFunction(String function, Object... path) {
    Object own = property(function, path);
    return own == null ? Template.below(at("Globals", "Function"), path) : own;
  }

  /** Returns a function's variables, those of all functions among them. */
  Map<String, Object> environment(String function) {
    Map<String, Object> variables = new TreeMap<>();
    for (Object owner : List.of(at("Globals", "Function"), property(function))) {
      members(Template.below(owner, "Environment", "Variables"))
          .forEach((name, value) -> variables.put(name.toString(), value));
    }
    return variables;
  }

  /** Returns the logical names of the resources of a type that the deploy makes. */
  List<String> resources(String type) {
    return members(at("Resources")).entrySet().stream()
        .filter(resource -> type.equals(Template.below(resource.getValue(), "Type")))
        .map(resource -> resource.getKey().toString())
        .toList();
  }

  List<String> functions() {
    return resources(FUNCTION);
  }

  boolean holds(String condition) {
    return decide(Objects.requireNonNull(template.at("Conditions", condition), condition));
  }

  /** Visits every value that is neither map nor list, with the path to it. */
  void eachValue(BiConsumer<String, Object> visitor) {
    visit("", root, visitor);
  }

  /** Returns the members of a map; none if it is no map. */
  static Map<Object, Object> members(@Nullable Object value) {
    Map<Object, Object> members = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      members.putAll(map);
    }
    return members;
  }

  /** Returns the elements of a list, or the value itself where the list of one may be left out. */
  static List<Object> elements(@Nullable Object value) {
    List<Object> elements = new ArrayList<>();
    if (value instanceof List<?> list) {
      elements.addAll(list);
    } else if (value != null) {
      elements.add(value);
    }
    return elements;
  }

  private static void visit(String path, Object value, BiConsumer<String, Object> visitor) {
    if (value instanceof Map<?, ?>) {
      members(value).forEach((name, member) -> visit(path + "/" + name, member, visitor));
    } else if (value instanceof List<?>) {
      elements(value).forEach(element -> visit(path + "/-", element, visitor));
    } else {
      visitor.accept(path, value);
    }
  }

  private boolean decide(Object node) {
    Map.Entry<Object, Object> intrinsic = members(node).entrySet().iterator().next();
    List<Object> operands = elements(intrinsic.getValue());
    return switch (intrinsic.getKey().toString()) {
      case "Condition" -> holds(operands.getFirst().toString());
      case "Fn::Not" -> !decide(operands.getFirst());
      case "Fn::And" -> operands.stream().allMatch(this::decide);
      case "Fn::Or" -> operands.stream().anyMatch(this::decide);
      case "Fn::Equals" -> resolve(operands.getFirst()).equals(resolve(operands.getLast()));
      default -> throw new IllegalArgumentException("not a condition: " + node);
    };
  }

  private Object resolve(Object node) {
    if (node instanceof List<?>) {
      return elements(node).stream().map(this::resolve).filter(Deployment::isThere).toList();
    }
    Map<Object, Object> members = members(node);
    if (members.get("Ref") instanceof String name) {
      String answer = answer(name);
      return name.equals("AWS::NoValue") ? NOTHING : answer == null ? node : answer;
    }
    if (members.get("Fn::If") instanceof List<?> branches) {
      boolean holds = holds(branches.getFirst().toString());
      return resolve(elements(branches).get(holds ? 1 : 2));
    }
    if (members.get("Fn::Sub") instanceof String text) {
      return substitute(text);
    }
    if (node instanceof Map<?, ?>) {
      members.replaceAll((_, value) -> resolve(value));
      members.values().removeIf(value -> !isThere(value));
      return members;
    }
    return node;
  }

  private Object substitute(String text) {
    String filled = text;
    for (Object name : members(template.at("Parameters")).keySet()) {
      filled = filled.replace("${" + name + "}", String.valueOf(answer(name.toString())));
    }
    return filled.contains("${") ? Map.of("Fn::Sub", filled) : filled;
  }

  private @Nullable String answer(String parameter) {
    Object fallback = template.at("Parameters", parameter, "Default");
    return answers.getOrDefault(parameter, fallback == null ? null : fallback.toString());
  }

  private static boolean isThere(Object value) {
    return !value.equals(NOTHING);
  }
}
