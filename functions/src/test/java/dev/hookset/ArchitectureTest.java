package dev.hookset;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Holds the house to its plan: which room sees which, and what has no place in any. The user's
 * room, the package {@code app}, is not held to anything; only nobody here may see it.
 *
 * <p>A room that is not built yet breaks no rule; once it is, the rule is there.
 */
@AnalyzeClasses(packages = "dev.hookset", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "dev.hookset";
  private static final String AWS = ROOT + ".aws";
  private static final String AWS_AND_BELOW = AWS + "..";
  private static final Path SOURCES = Path.of("src", "main", "java", "dev");

  /**
   * What each room sees; {@code aws} alone sees all of them, as the wiring is there, and none of
   * the rooms below it sees it.
   */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry(ROOT, List.of()),
          Map.entry(ROOT + ".signing", List.of(ROOT)),
          Map.entry(ROOT + ".inbox", List.of(ROOT)),
          Map.entry(ROOT + ".receive", List.of(ROOT + ".signing", ROOT + ".inbox", ROOT)),
          Map.entry(ROOT + ".work", List.of(ROOT + ".inbox", ROOT)),
          // Besides, the relay sees the queue that it pushes to: see below.
          Map.entry(ROOT + ".relay", List.of(ROOT + ".inbox", ROOT)),
          Map.entry(ROOT + ".janitor", List.of(ROOT + ".inbox", ROOT)),
          Map.entry(ROOT + ".providers", List.of(ROOT + ".receive", ROOT + ".signing", ROOT)),
          Map.entry(ROOT + ".payloads", List.of(ROOT)),
          Map.entry(AWS + ".clients", List.of()),
          Map.entry(
              AWS + ".keys",
              List.of(
                  AWS + ".clients", ROOT + ".signing", ROOT + ".receive", ROOT + ".work", ROOT)),
          Map.entry(
              AWS + ".snapshot",
              List.of(AWS + ".keys", AWS + ".clients", ROOT + ".receive", ROOT + ".signing", ROOT)),
          Map.entry(AWS + ".inbox", List.of(ROOT + ".inbox", ROOT)),
          Map.entry(AWS + ".queue", List.of(AWS + ".watch", ROOT + ".receive", ROOT)),
          Map.entry(AWS + ".bus", List.of(ROOT + ".work", ROOT)),
          Map.entry(
              AWS + ".watch",
              List.of(ROOT + ".receive", ROOT + ".work", ROOT + ".relay", ROOT + ".janitor", ROOT)),
          Map.entry(AWS + ".http", List.of(ROOT + ".receive", ROOT)),
          Map.entry(AWS, List.of(ROOT + "..")));

  private static final Map<String, Set<String>> SINGLE_CLASSES =
      Map.of(
          ROOT + ".relay", Set.of(ROOT + ".receive.WorkQueue", ROOT + ".receive.QueueUnavailable"));

  /** What an invocation's context has had from the beginning. */
  private static final Set<String> FIRST_OF_CONTEXT =
      Set.of(
          "getAwsRequestId",
          "getClientContext",
          "getFunctionName",
          "getIdentity",
          "getInvokedFunctionArn",
          "getLogGroupName",
          "getLogStreamName",
          "getLogger",
          "getMemoryLimitInMB",
          "getRemainingTimeInMillis");

  /** What reads the system's clock. */
  private static final Map<String, Set<String>> CLOCKS =
      Map.of(
          "java.time.Clock", Set.of("system", "systemUTC", "systemDefaultZone", "tickMillis"),
          "java.time.InstantSource", Set.of("system"),
          "java.lang.System", Set.of("currentTimeMillis"),
          "java.util.Date", Set.of("<init>"));

  @ArchTest
  static void room_any_seesNoOtherThanPlanned(JavaClasses all) {
    ARROWS.forEach((room, seen) -> arrowsFrom(room, seen).check(all));
  }

  @ArchTest
  static void room_any_isOnThePlan(JavaClasses all) {
    Set<String> rooms = new TreeSet<>();
    all.forEach(each -> rooms.add(each.getPackageName()));
    rooms.removeAll(ARROWS.keySet());
    assertEquals(Set.of(), rooms, "a new room needs its arrows in the plan");
  }

  private static ArchRule arrowsFrom(String room, List<String> seen) {
    Set<String> singles = SINGLE_CLASSES.getOrDefault(room, Set.of());
    DescribedPredicate<JavaClass> allowed =
        describe(
            "one of " + seen + singles + " or none of ours",
            target -> {
              JavaClass element = target.getBaseComponentType();
              return !isOurs(element)
                  || element.getPackageName().equals(room)
                  || seen.stream().anyMatch(pattern -> resideInAPackage(pattern).test(element))
                  || singles.contains(outermost(element).getName());
            });
    return classes()
        .that()
        .resideInAPackage(room)
        .should()
        .onlyDependOnClassesThat(allowed)
        .allowEmptyShould(true);
  }

  @ArchTest
  static final ArchRule aws_any_isSeenByNobody =
      noClasses()
          .that()
          .resideOutsideOfPackage(AWS_AND_BELOW)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(AWS_AND_BELOW);

  @ArchTest
  static final ArchRule engine_any_doesNotSeeTheRoomOfTheUser =
      noClasses().should().dependOnClassesThat().resideInAPackage("app..");

  @ArchTest
  static final ArchRule rooms_together_haveNoCycles =
      slices().matching("dev.hookset.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule aws_roomsBelow_haveNoCycles =
      slices().matching("dev.hookset.aws.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule awsSdk_outsideOfAws_isNotUsed =
      noClasses()
          .that()
          .resideOutsideOfPackage(AWS_AND_BELOW)
          .and()
          // A user's handlers may need any service: what configures its builder has the SDK's type.
          .doNotHaveFullyQualifiedName(ROOT + ".work.Setup")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("software.amazon..", "com.amazonaws..");

  @ArchTest
  static final ArchRule context_methodOfNewerRuntimes_isNotCalled =
      // The type is the runtime's own and not the one that is packaged: getXrayTraceId, which the
      // newest has, would have failed every delivery with a NoSuchMethodError on an older one.
      noClasses()
          .should()
          .callMethodWhere(
              describe(
                  "the method is not of the first version of Lambda's context",
                  call ->
                      call.getTargetOwner().isEquivalentTo(Context.class)
                          && !FIRST_OF_CONTEXT.contains(call.getTarget().getName())));

  @ArchTest
  static final ArchRule cryptography_outsideOfSigning_isNotUsed =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".signing")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bouncycastle..", "javax.crypto..");

  @ArchTest
  static final ArchRule verified_outsideOfTheVerifier_isNotMade =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ROOT + ".signing.Verifier")
          .should()
          .accessTargetWhere(accesses(Map.of(ROOT + ".signing.Verified", Set.of("<init>"))));

  @ArchTest
  static final ArchRule environment_outsideOfAws_isNotRead =
      noClasses()
          .that()
          .resideOutsideOfPackage(AWS)
          .should()
          .accessTargetWhere(
              accesses(
                  Map.of("java.lang.System", Set.of("getenv", "getProperty", "getProperties"))));

  @ArchTest
  static final ArchRule systemClock_outsideOfAws_isNotRead =
      noClasses()
          .that()
          .resideOutsideOfPackage(AWS)
          .should()
          .accessTargetWhere(accesses(CLOCKS).or(nowWithoutClock()));

  @ArchTest
  static final ArchRule randomness_anywhere_isNotUsed =
      // Two copies of a snapshot would draw the same.
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.Random")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");

  @ArchTest
  static final ArchRule class_any_isNotNamedForItsPlaceInAHierarchy =
      noClasses()
          .should()
          .haveNameMatching(
              ".*[.$](\\w*Impl|Base[A-Z]\\w*|Abstract\\w*|\\w*Utils?|\\w*Util[A-Z]\\w*)")
          .orShould()
          .haveNameMatching(".*[.$]\\w*Helpers?");

  @ArchTest
  static final ArchRule package_any_isNotNamedForNothing =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..", "..utils..", "..common..", "..helper..", "..helpers..", "..misc..");

  @ArchTest
  static final ArchRule publicClass_notMadeToBeExtended_isFinal =
      classes()
          .that()
          .arePublic()
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and()
          .areNotRecords()
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .and(describe("are not sealed", each -> !each.reflect().isSealed()))
          .should()
          .haveModifier(JavaModifier.FINAL);

  @ArchTest
  static void package_any_saysInJavadocWhatItIs(JavaClasses all) throws IOException {
    Set<Path> folders = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(file -> folders.add(file.resolveSibling("package-info.java")));
    }
    assertTrue(folders.size() >= 5, () -> "sources found: " + folders);
    Map<Path, String> flaws = new TreeMap<>();
    for (Path file : folders) {
      if (!Files.exists(file)) {
        flaws.put(file, "is not there");
      } else {
        String source = Files.readString(file);
        if (!source.startsWith("/**\n * ")) {
          flaws.put(file, "has no Javadoc");
        } else if (!source.contains("\n@NullMarked\npackage ")) {
          flaws.put(file, "is not @NullMarked");
        }
      }
    }
    assertEquals(Map.of(), flaws);
  }

  /** A class file too new for ArchUnit would be left out with a warning, and break no rule. */
  @ArchTest
  static void archUnit_classFilesOfThisJava_areAllRead(JavaClasses all)
      throws IOException, URISyntaxException {
    URI location = Delivery.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Set<String> compiled = new TreeSet<>();
    Path root = Path.of(location);
    try (Stream<Path> files = Files.walk(root.resolve("dev"))) {
      files
          .filter(file -> file.toString().endsWith(".class"))
          .map(file -> root.relativize(file).toString())
          .forEach(
              file ->
                  compiled.add(file.replace(".class", "").replace('/', '.').replace('\\', '.')));
    }
    Set<String> read = new TreeSet<>();
    all.forEach(each -> read.add(each.getName()));

    assertEquals(compiled, read);
    assertTrue(
        all.get(ROOT + ".EventKey").getMethods().stream()
            .anyMatch(method -> !method.getCallsFromSelf().isEmpty()),
        "method bodies are read, too");
  }

  private static DescribedPredicate<JavaAccess<?>> accesses(Map<String, Set<String>> members) {
    return describe(
        "the target is one of " + members,
        access ->
            members
                .getOrDefault(access.getTargetOwner().getName(), Set.of())
                .contains(access.getTarget().getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> nowWithoutClock() {
    return describe(
        "the target is now() of java.time, without a clock",
        access ->
            access.getTargetOwner().getPackageName().equals("java.time")
                && access.getTarget().getName().equals("now")
                && !access.getTarget().getFullName().contains("(java.time.Clock)"));
  }

  private static boolean isOurs(JavaClass element) {
    return element.getPackageName().equals(ROOT) || element.getPackageName().startsWith(ROOT + ".");
  }

  private static JavaClass outermost(JavaClass element) {
    JavaClass outer = element;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }
}
