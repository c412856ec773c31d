package dev.hookset.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds the rooms of this module to their plan; those of the functions have a test of their own.
 */
@AnalyzeClasses(
    packages = "dev.hookset.local",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class LocalArchitectureTest {
  private static final String HERE = "dev.hookset.local.";

  /** What each room sees of this module; the functions are open to all but the first two. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry("embedded", List.of("files")),
          Map.entry("template", List.of()),
          Map.entry("samples", List.of()),
          Map.entry("operator", List.of()),
          Map.entry("listen", List.of("files", "fixtures", "operator")),
          Map.entry("fixtures", List.of()),
          Map.entry("troubleshooting", List.of()),
          Map.entry("senders", List.of("troubleshooting")),
          Map.entry("captures", List.of("troubleshooting")),
          Map.entry("files", List.of()),
          Map.entry("crash", List.of("files")),
          Map.entry("history", List.of("files")),
          Map.entry("reload", List.of("files")),
          Map.entry("reconcile", List.of("operator")),
          Map.entry("forget", List.of("files", "history", "operator", "page")),
          Map.entry("cloud", List.of("history", "troubleshooting")),
          Map.entry("doctor", List.of("cloud", "operator", "samples", "template")),
          Map.entry("stack", List.of("crash", "embedded", "template", "samples")),
          Map.entry(
              "page",
              List.of(
                  "crash", "files", "fixtures", "stack", "samples", "operator", "troubleshooting")),
          Map.entry("cli.terminal", List.of()),
          Map.entry(
              "cli",
              List.of(
                  "cli.terminal",
                  "captures",
                  "crash",
                  "senders",
                  "files",
                  "fixtures",
                  "forget",
                  "reconcile",
                  "page",
                  "stack",
                  "template",
                  "samples",
                  "operator",
                  "listen",
                  "troubleshooting",
                  "history",
                  "cloud",
                  "reload",
                  "doctor")));

  private static final Set<String> WITHOUT_THE_FUNCTIONS =
      Set.of("crash", "embedded", "files", "reload", "template");

  @ArchTest
  static void room_any_seesNoOtherThanPlanned(JavaClasses all) {
    ARROWS.forEach(
        (room, seen) -> {
          List<String> open = new ArrayList<>(seen);
          open.add(room);
          classes()
              .that()
              .resideInAPackage(HERE + room)
              .should()
              .onlyDependOnClassesThat(
                  DescribedPredicate.describe(
                      "belong to " + open,
                      target ->
                          isOutside(target)
                              || open.stream()
                                  .anyMatch(name -> target.getPackageName().equals(HERE + name))))
              .check(all);
        });
  }

  @ArchTest
  static void room_thatServesNothingOfOurs_doesNotSeeTheFunctions(JavaClasses all) {
    WITHOUT_THE_FUNCTIONS.forEach(
        room ->
            noClasses()
                .that()
                .resideInAPackage(HERE + room)
                .should()
                .dependOnClassesThat(
                    DescribedPredicate.describe(
                        "belong to the functions",
                        target ->
                            target.getPackageName().startsWith("dev.hookset") && isOutside(target)))
                .check(all));
  }

  @ArchTest
  static void room_any_isOnThePlan(JavaClasses all) {
    Set<String> rooms = new TreeSet<>();
    all.forEach(each -> rooms.add(each.getPackageName().substring(HERE.length())));
    assertEquals(ARROWS.keySet(), rooms, "a new room needs its arrows in the plan");
  }

  private static boolean isOutside(JavaClass target) {
    return !target.getPackageName().startsWith(HERE);
  }
}
