package dev.hookset.local.template;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The template as a deploy with some answers makes it: parameters filled in, loops written out,
 * conditions decided, what they leave out gone. References to resources stay as they are, since
 * only CloudFormation knows them.
 */
final class Deployment {
  private static final String FUNCTION = "AWS::Serverless::Function";

  private final Template template;

  /**
   * @param answers the parameters that are answered; the others have their defaults
   */
  Deployment(Map<String, String> answers) {
    this(answers, Checkout.text("template.yaml"));
  }

  private Deployment(Map<String, String> answers, String text) {
    try {
      this.template = Template.parse(text, "template.yaml", answers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the deploy of a template whose table says more of one provider.
   *
   * @param more as it would stand in the provider's row: {@code SilenceHours: '24'}
   */
  static Deployment withRow(String provider, String more) {
    return withRow(provider, more, Map.of());
  }

  /** Returns the deploy of a template in which every row of the table says more. */
  static Deployment withRows(List<String> providers, String more) {
    String text = Checkout.text("template.yaml");
    for (String provider : providers) {
      text = text.replace(provider + ": {", provider + ": {" + more + ", ");
    }
    return new Deployment(Map.of(), text);
  }

  /** Returns the deploy of such a template, and with some answers. */
  static Deployment withRow(String provider, String more, Map<String, String> answers) {
    String text = Checkout.text("template.yaml");
    String row = provider + ": {";
    if (!text.contains(row)) {
      throw new IllegalArgumentException("no row of " + provider);
    }
    return new Deployment(answers, text.replace(row, row + more + ", "));
  }

  /** Returns what stands at {@code path}, or null if there is nothing. */
  @Nullable Object at(Object... path) {
    return template.at(path);
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

  /** Visits every value that is neither map nor list, with the path to it. */
  void eachValue(BiConsumer<String, Object> visitor) {
    for (String section : List.of("Globals", "Resources", "Outputs")) {
      visit("/" + section, members(at(section)), visitor);
    }
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
}
