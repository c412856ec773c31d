package dev.hookset.local.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does to a template what CloudFormation's {@code AWS::LanguageExtensions} does to it before
 * anything else looks: loops are written out, and what is known by now stands in the place of its
 * name. Of the language it knows what {@code template.yaml} uses.
 *
 * <p>What only a deploy knows (a resource's name, its attributes, the account) stays as it is.
 * Where a condition does not hold, its resource is gone.
 *
 * <p>Throws {@link IllegalArgumentException} for what cannot be expanded.
 */
final class Expansion {
  private static final String LOOP = "Fn::ForEach::";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}][^}]*)}");

  /** What {@code AWS::NoValue} stands for until the member that has it is dropped. */
  private static final Object NOTHING = new Object();

  private final Map<?, ?> template;
  private final Map<String, String> answers;
  private final Map<Object, Object> conditions;

  private Expansion(Map<?, ?> template, Map<String, String> answers) {
    this.template = template;
    this.answers = answers;
    this.conditions = unrolled(section("Conditions"));
  }

  /**
   * Returns {@code template} expanded.
   *
   * @param answers the parameters that are answered; the others have their defaults
   */
  static Map<Object, Object> of(Map<?, ?> template, Map<String, String> answers) {
    Expansion expansion = new Expansion(template, answers);
    for (String name : answers.keySet()) {
      if (!expansion.section("Parameters").containsKey(name)) {
        throw new IllegalArgumentException("the template has no parameter " + name);
      }
    }
    Map<Object, Object> expanded = new LinkedHashMap<>(template);
    expanded.computeIfPresent("Globals", (_, globals) -> expansion.resolve(globals));
    for (String section : List.of("Resources", "Outputs")) {
      expanded.computeIfPresent(section, (_, _) -> expansion.kept(section));
    }
    return expanded;
  }

  private Map<Object, Object> kept(String section) {
    Map<Object, Object> kept = new LinkedHashMap<>();
    unrolled(section(section))
        .forEach(
            (name, value) -> {
              if (!(Template.below(value, "Condition") instanceof String condition)
                  || holds(condition)) {
                kept.put(name, resolve(value));
              }
            });
    return kept;
  }

  /** Writes out the loops among the members of a map. */
  private Map<Object, Object> unrolled(Map<?, ?> map) {
    Map<Object, Object> members = new LinkedHashMap<>();
    map.forEach(
        (name, value) -> {
          if (name instanceof String loop && loop.startsWith(LOOP)) {
            unroll(loop, value).forEach((key, body) -> putOnce(members, key, body));
          } else {
            putOnce(members, name, value);
          }
        });
    return members;
  }

  private Map<Object, Object> unroll(String loop, Object value) {
    if (!(value instanceof List<?> parts)
        || parts.size() != 3
        || !(parts.get(0) instanceof String identifier)
        || !(resolve(parts.get(1)) instanceof List<?> collection)
        || !(parts.get(2) instanceof Map<?, ?> body)) {
      throw new IllegalArgumentException(
          loop + " is not a list of an identifier, a collection and a map");
    }
    Map<Object, Object> members = new LinkedHashMap<>();
    for (Object item : collection) {
      String word = String.valueOf(item);
      if (substituted(body, identifier, word) instanceof Map<?, ?> copy) {
        unrolled(copy).forEach((key, member) -> putOnce(members, key, member));
      }
    }
    return members;
  }

  private static void putOnce(Map<Object, Object> members, Object key, Object value) {
    if (members.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException(key + " is there twice");
    }
  }

  private static Object substituted(Object node, String identifier, String word) {
    return switch (node) {
      case String text -> text.replace("${" + identifier + "}", word);
      case List<?> list ->
          list.stream().map(element -> substituted(element, identifier, word)).toList();
      case Map<?, ?> map when identifier.equals(map.get("Ref")) -> word;
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, value) ->
                copy.put(substituted(key, identifier, word), substituted(value, identifier, word)));
        yield copy;
      }
      default -> node;
    };
  }

  private Object resolve(Object node) {
    if (node instanceof List<?> list) {
      return list.stream().map(this::resolve).filter(value -> !value.equals(NOTHING)).toList();
    }
    if (!(node instanceof Map<?, ?> map)) {
      return node;
    }
    if (map.size() == 1) {
      Map.Entry<?, ?> only = map.entrySet().iterator().next();
      Object argument = only.getValue();
      return switch (String.valueOf(only.getKey())) {
        case "Ref" -> reference(String.valueOf(resolve(argument)));
        case "Fn::GetAtt" -> Map.of("Fn::GetAtt", attribute(resolve(argument)));
        case "Fn::FindInMap" -> found((List<?>) resolve(argument));
        case "Fn::Sub" -> filled(argument);
        case "Fn::If" -> {
          List<?> branches = (List<?>) argument;
          yield resolve(branches.get(holds(String.valueOf(branches.get(0))) ? 1 : 2));
        }
        default -> resolvedMembers(map);
      };
    }
    return resolvedMembers(map);
  }

  private Map<Object, Object> resolvedMembers(Map<?, ?> map) {
    Map<Object, Object> members = unrolled(map);
    members.replaceAll((_, value) -> resolve(value));
    members.values().removeIf(NOTHING::equals);
    return members;
  }

  private Object reference(String name) {
    if (name.equals("AWS::NoValue")) {
      return NOTHING;
    }
    Object type = Template.below(section("Parameters"), name, "Type");
    if (type == null) {
      return Map.of("Ref", name);
    }
    String answer = answer(name);
    return type.equals("CommaDelimitedList") ? List.of(answer.strip().split("\\s*,\\s*")) : answer;
  }

  /** Both forms of an attribute, as one: {@code Name.Attribute}. */
  private static Object attribute(Object argument) {
    return argument instanceof List<?> parts
        ? parts.get(0) + "." + parts.get(1)
        : String.valueOf(argument);
  }

  private Object found(List<?> arguments) {
    Object value =
        Template.below(section("Mappings"), arguments.get(0), arguments.get(1), arguments.get(2));
    if (value == null && arguments.size() > 3) {
      value = Template.below(arguments.get(3), "DefaultValue");
    }
    if (value == null) {
      throw new IllegalArgumentException("nothing is mapped at " + arguments);
    }
    return value;
  }

  private Object filled(Object argument) {
    Object text = argument instanceof List<?> pair ? pair.get(0) : argument;
    Object own = argument instanceof List<?> pair ? resolve(pair.get(1)) : Map.of();
    Matcher variables = VARIABLE.matcher(String.valueOf(text));
    String filled =
        variables.replaceAll(
            variable -> {
              Object value = Template.below(own, variable.group(1));
              if (value == null) {
                value = reference(variable.group(1));
              }
              return Matcher.quoteReplacement(
                  value instanceof String known ? known : variable.group());
            });
    return filled.contains("${") ? Map.of("Fn::Sub", filled) : filled;
  }

  private boolean holds(String condition) {
    return decide(
        Objects.requireNonNull(
            conditions.get(condition), () -> "the template has no condition " + condition));
  }

  private boolean decide(Object node) {
    Map.Entry<?, ?> only = ((Map<?, ?>) node).entrySet().iterator().next();
    List<?> operands = only.getValue() instanceof List<?> list ? list : List.of(only.getValue());
    return switch (String.valueOf(only.getKey())) {
      case "Condition" -> holds(String.valueOf(operands.getFirst()));
      case "Fn::Not" -> !decide(operands.getFirst());
      case "Fn::And" -> operands.stream().allMatch(this::decide);
      case "Fn::Or" -> operands.stream().anyMatch(this::decide);
      case "Fn::Equals" ->
          resolve(operands.get(0)).toString().equals(resolve(operands.get(1)).toString());
      default -> throw new IllegalArgumentException("not a condition: " + node);
    };
  }

  private String answer(String parameter) {
    Object fallback = Template.below(section("Parameters"), parameter, "Default");
    String answer =
        answers.getOrDefault(parameter, fallback == null ? null : String.valueOf(fallback));
    if (answer == null) {
      throw new IllegalArgumentException("the parameter " + parameter + " has no value");
    }
    return answer;
  }

  private Map<?, ?> section(String name) {
    return template.get(name) instanceof Map<?, ?> map ? map : Map.of();
  }
}
