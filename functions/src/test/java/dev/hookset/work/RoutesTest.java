package dev.hookset.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.SubjectKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RoutesTest {
  private static final Handler FIRST = (_, _) -> {};
  private static final Handler SECOND = (event, _) -> event.body();
  private static final Handler THIRD = (event, _) -> event.type();

  @ParameterizedTest
  @CsvSource({
    "incident.created,  incident.created",
    "budget.*,          budget.warning",
    "budget.*,          budget.",
    "budget.*,          budget.a.b.c",
    "*,                 anything.at.all",
    "*.created,         user.created",
    "*.created,         a.b.created",
    "user.*.done,       user.x.y.done",
    "*user*,            user",
    "**,                x",
    "run.*,             'run.a\nb'",
    "unknown,           unknown",
    "a.b|c,             a.b|c",
    "(a)[b]{2}^$?+\\d,  (a)[b]{2}^$?+\\d",
    "\\Ea.*b\\Q,        '\\Ea.xb\\Q'",
    "'',                ''"
  })
  void handlersFor_typeThatFits_isItsHandler(String route, String type) {
    Routes routes = Routes.builder().on("lemma", route, FIRST).build();

    assertEquals(
        List.of(new Routes.Named("lemma:" + route, FIRST)),
        routes.handlersFor(event("lemma", type)));
  }

  @ParameterizedTest
  @CsvSource({
    "incident.created,  incident.createds",
    "incident.created,  xincident.created",
    "incident.created,  Incident.created",
    "incident.created,  incidentXcreated",
    "budget.*,          budget",
    "budget.*,          budgets.warning",
    "budget.*,          my.budget.warning",
    "*.created,         created",
    "*.created,         user.created.twice",
    "user.*.done,       user.done",
    "a|b,               a",
    "a|b,               b",
    "[ab],              a",
    "a+,                aa",
    "a?,                ''",
    "\\w,               a",
    "^a$,               a",
    "(?i)A,             a"
  })
  void handlersFor_typeThatDoesNotFit_isNone(String route, String type) {
    Routes routes = Routes.builder().on("lemma", route, FIRST).build();

    assertEquals(List.of(), routes.handlersFor(event("lemma", type)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lemma", "LUCID", "luci", "lucidd", "*"})
  void handlersFor_otherProvider_isNone(String provider) {
    Routes routes = Routes.builder().on("lucid", "*", FIRST).build();

    assertEquals(List.of(), routes.handlersFor(event(provider, "budget.warning")));
  }

  @Test
  void handlersFor_severalRoutesThatFit_isAllInTheOrderNamed() {
    Routes routes =
        Routes.builder()
            .on("lucid", "budget.*", SECOND)
            .on("lucid", "agent.*", THIRD)
            .on("lucid", "*", FIRST)
            .on("lucid", "budget.exceeded", THIRD)
            .otherwise(FIRST)
            .build();

    assertEquals(
        List.of(
            new Routes.Named("lucid:budget.*", SECOND),
            new Routes.Named("lucid:*", FIRST),
            new Routes.Named("lucid:budget.exceeded", THIRD)),
        routes.handlersFor(event("lucid", "budget.exceeded")));
  }

  @Test
  void handlersFor_noRouteThatFits_isTheOtherwiseHandlerAlone() {
    Routes routes =
        Routes.builder().otherwise(SECOND).on("lucid", "budget.*", FIRST).otherwise(THIRD).build();

    assertEquals(
        List.of(new Routes.Named("otherwise", THIRD)),
        routes.handlersFor(event("lucid", "agent.started")));
    assertEquals(
        List.of(new Routes.Named("lucid:budget.*", FIRST)),
        routes.handlersFor(event("lucid", "budget.warning")));
  }

  @Test
  void handlersFor_nothingNamed_isNone() {
    assertEquals(List.of(), Routes.builder().build().handlersFor(event("lucid", "agent.started")));
  }

  @Test
  void on_theSameRouteAgain_numbersTheNames() {
    Routes routes =
        Routes.builder()
            .on("lucid", "*", FIRST)
            .on("lucid", "*", SECOND)
            .on("lemma", "*", THIRD)
            .on("lucid", "*", THIRD)
            .build();

    assertEquals(
        List.of(
            new Routes.Named("lucid:*", FIRST),
            new Routes.Named("lucid:*#2", SECOND),
            new Routes.Named("lucid:*#3", THIRD)),
        routes.handlersFor(event("lucid", "x")));
  }

  @Test
  void on_aNameOfItsOwn_isKept() {
    Routes routes =
        Routes.builder()
            .on("lucid", "*", "pager", FIRST)
            .on("lucid", "*", SECOND)
            .on("lucid", "x", "mail", THIRD)
            .build();

    assertEquals(
        List.of("pager", "lucid:*", "mail"),
        routes.handlersFor(event("lucid", "x")).stream().map(Routes.Named::name).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pager", "lucid:*", "otherwise", ""})
  void on_aNameThatIsTakenOrEmpty_isRefused(String name) {
    Routes.Builder builder =
        Routes.builder().on("lemma", "*", "pager", FIRST).on("lucid", "*", FIRST);

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> builder.on("lamba", "*", name, SECOND));

    assertTrue(String.valueOf(refused.getMessage()).contains("'" + name + "'"));
    assertEquals(List.of(), builder.build().handlersFor(event("lamba", "x")));
  }

  @Test
  void on_aNameThatLooksLikeALaterRoute_getsOutOfItsWay() {
    Routes routes =
        Routes.builder().on("lemma", "x", "lucid:*", FIRST).on("lucid", "*", SECOND).build();

    assertEquals(
        List.of(new Routes.Named("lucid:*#2", SECOND)), routes.handlersFor(event("lucid", "x")));
  }

  @Test
  void build_builderUsedOn_doesNotChangeWhatWasBuilt() {
    Routes.Builder builder = Routes.builder().on("lucid", "*", FIRST);
    Routes routes = builder.build();

    builder.on("lucid", "*", SECOND).otherwise(THIRD);

    assertEquals(1, routes.handlersFor(event("lucid", "x")).size());
    assertSame(FIRST, routes.handlersFor(event("lucid", "x")).getFirst().handler());
    assertEquals(List.of(), routes.handlersFor(event("lemma", "x")));
  }

  private static Event event(String provider, String type) {
    return new Event(new EventKey(provider, "evt"), type, null, null, Body.ofUtf8("{}"));
  }

  @Test
  void latest_behindARoute_isForThatRouteAlone() {
    Subject subject = Event::id;
    Routes routes =
        Routes.builder()
            .on("lemma", "incident.*", "ordered", FIRST)
            .latest(subject)
            .on("lemma", "*", "plain", SECOND)
            .otherwise(THIRD)
            .build();

    assertEquals(
        List.of(new Routes.Named("ordered", FIRST, subject), new Routes.Named("plain", SECOND)),
        routes.handlersFor(event("lemma", "incident.created")));
    assertTrue(routes.takesTurns("ordered"));
    assertFalse(routes.takesTurns("plain"));
    assertFalse(routes.takesTurns("otherwise"));
  }

  @Test
  void latest_whereNoRouteComesRightBefore_isRefused() {
    Routes.Builder none = Routes.builder();
    Routes.Builder twice = Routes.builder().on("lemma", "*", FIRST).latest(Event::id);
    Routes.Builder otherwise = Routes.builder().on("lemma", "*", FIRST).otherwise(SECOND);

    for (Routes.Builder builder : List.of(none, twice, otherwise)) {
      IllegalStateException thrown =
          assertThrows(IllegalStateException.class, () -> builder.latest(Event::id));
      assertEquals(
          "latest(...) belongs right behind the on(...) that it is for", thrown.getMessage());
    }
  }

  @Test
  void latest_withoutASubject_isByTheDescriptionOfTheProvider() throws Exception {
    Routes routes = Routes.builder().on("lemma", "incident.*", FIRST).latest().build();

    Routes described = routes.describedBy(name -> event -> "subject of " + name + " " + event.id());

    assertEquals(
        Optional.of(new SubjectKey("lemma", "subject of lemma evt")),
        described
            .handlersFor(event("lemma", "incident.created"))
            .getFirst()
            .about(event("lemma", "incident.created")));
    assertTrue(described.takesTurns("lemma:incident.*"));
  }

  @Test
  void latest_whereTheDescriptionNamesNoSubject_stopsAtTheStart() {
    Routes routes = Routes.builder().on("shopify", "*", FIRST).latest().build();

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> routes.describedBy(_ -> null));

    assertEquals(
        "the route shopify:* wants the latest of each subject, but the description of shopify names"
            + " none: say it there, or as .latest(event -> …)",
        refused.getMessage());
    assertThrows(
        IllegalStateException.class,
        () -> routes.handlersFor(event("shopify", "x")).getFirst().about(event("shopify", "x")));
  }
}
