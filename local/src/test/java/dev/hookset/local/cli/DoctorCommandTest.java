package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor}, on a local stack, and on a deployed one that has the same records. */
final class DoctorCommandTest {
  private static final Shell SHELL = new Shell(Shell.REPOSITORY);
  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @Test
  void doctor_ofAStackThatIsWell_findsNothingBad() {
    Shell.Run run = operated.deployed("doctor");

    assertEquals(Hookset.OK, run.code(), run::out);
    assertFalse(run.out().contains("BAD"), run::out);
    assertTrue(run.out().contains("alarms: 1, each with an action"), run::out);
    assertTrue(
        run.out().contains("topic shop-alarms: alarms reach 1 confirmed subscription"), run::out);
    assertTrue(run.out().contains("lamina's URL: the gateway answers there"), run::out);
    assertTrue(run.out().contains("lamina's function: it has a key"), run::out);
    assertTrue(run.out().contains("clock: "), run::out);
  }

  @Test
  void doctor_ofADeployedStack_sendsNoDelivery() {
    // Its own calls were counted there as refused deliveries: five of them raise an alarm.
    operated.deployed("doctor");

    List<CloudStandIn.Request> asked = operated.cloud().requests("Invoke");
    assertEquals(5, asked.size());
    asked.forEach(each -> assertEquals("probe", each.input().path("hookset").asText()));
  }

  @Test
  void doctor_whoMayNotInvokeTheFunction_saysSoAndGoesOn() {
    operated.cloud().mayInvoke = false;

    Shell.Run run = operated.deployed("doctor");

    assertEquals(Hookset.OK, run.code(), run::out);
    assertTrue(
        run.out()
            .contains(
                "look     lemma's function: it is not known whether it has a key:"
                    + " shop-LemmaFunction cannot be invoked (lambda:InvokeFunction): not allowed"),
        run::out);
  }

  @Test
  void doctor_ofAStackWhoseSecretsAreHardlyMeant_saysAsWhatTheyAre() {
    // Each of these refused every delivery with a signature that was good, and nothing said why.
    Map<String, String> odd =
        Map.of(
            "Lemma", "\"whsec_4f2a9c1b7d\"",
            "Lamba", "whsec_4f2a9c1b7d\r\n",
            "Lucid", "\uFEFFwhsec_4f2a9c1b7d",
            "Lymnus", "LYMNUS_WEBHOOK_SECRET=whsec_4f2a9c1b7d");
    odd.forEach(
        (name, text) -> {
          String arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name;
          String variable = name.toUpperCase(Locale.ROOT) + "_WEBHOOK_SECRET_ARN";
          operated.cloud().configure("shop-" + name + "Function:", Map.of(variable, arn));
          operated.cloud().configure("shop-" + name + "Function:live", Map.of(variable, arn));
          operated.cloud().secrets.put(arn + " AWSCURRENT", text);
        });

    Shell.Run run = operated.deployed("doctor");

    for (String seen :
        List.of(
            "look     lemma's secret: has quotes around it",
            "look     lamba's secret: ends with a carriage return and a line break",
            "look     lucid's secret: begins with a byte-order mark",
            "look     lymnus's secret: is written as NAME=value")) {
      assertTrue(run.out().contains(seen), () -> seen + " in " + run.out());
    }
    assertFalse(run.out().contains("4f2a9c"), "a secret");
  }

  @Test
  void doctor_here_findsNothingBad() {
    Shell.Run run =
        operated.local(
            "doctor", "--port", Integer.toString(operated.stack().url("lemma").getPort()));

    assertEquals(Hookset.OK, run.code(), run::out);
    assertTrue(run.out().contains("work queue: hides a message for 360 s"), run::out);
  }

  @Test
  void doctor_ofAStackThatIsNotWell_namesEachFaultWithItsCure() {
    operated.cloud().configure("shop-LambaFunction:", Map.of("LAMBA_WEBHOOK_EVENTS", "user.*"));
    operated
        .cloud()
        .configure(
            "shop-LucidFunction:live",
            Map.of("WEBHOOK_RETENTION_DAYS", "10", "LUCID_WEBHOOK_MAX_AGE_DAYS", "10"));
    operated
        .cloud()
        .functions
        .put("shop-WorkerFunction:", CloudStandIn.function("WorkerFunction", 120));
    operated.cloud().functions.remove("shop-LymnusFunction:live");
    operated
        .cloud()
        .alarms
        .put("shop-Silent", Map.of("ActionsEnabled", false, "StateValue", "ALARM"));
    operated.cloud().mappings.clear();

    Shell.Run run = operated.deployed("doctor", "--json");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    for (String fault :
        List.of(
            "\"bad\",\"subject\":\"lamba's function\",\"seen\":\"what answers still has the old"
                + " INBOX_TABLE, LAMBA_WEBHOOK_EVENTS\"",
            "records are kept for 10 days",
            "less than six times the worker's timeout",
            "there is no alias live of shop-LymnusFunction",
            "without an action: shop-Silent",
            "ringing: shop-Silent",
            "no queue calls it")) {
      assertTrue(run.out().contains(fault), () -> fault + " in " + run.out());
    }
    run.out()
        .lines()
        .filter(line -> !line.contains("\"ok\""))
        .forEach(line -> assertTrue(line.contains("\"cure\":\""), line));
  }

  @Test
  void doctor_ofAlarmsThatReachNobody_saysWhatIsMissing() {
    String gone = "arn:aws:sns:eu-central-1:123456789012:gone";
    String empty = "arn:aws:sns:eu-central-1:123456789012:empty";
    operated
        .cloud()
        .topics
        .put(CloudStandIn.TOPIC, Map.of("SubscriptionsConfirmed", 0, "SubscriptionsPending", 1));
    operated
        .cloud()
        .topics
        .put(empty, Map.of("SubscriptionsConfirmed", 0, "SubscriptionsPending", 0));
    operated
        .cloud()
        .alarms
        .put("shop-Failed", Map.of("AlarmActions", List.of(CloudStandIn.TOPIC, empty)));
    operated
        .cloud()
        .alarms
        .put(
            "shop-Lag",
            Map.of("AlarmActions", List.of(gone, "arn:aws:lambda:eu-central-1:1:function:pager")));

    Shell.Run run = operated.deployed("doctor");

    assertEquals(Hookset.OK, run.code(), run::out);
    List<String> lines = run.out().lines().toList();
    for (String fault :
        List.of(
            "look     topic shop-alarms: alarms reach nobody: its subscription is not confirmed",
            "look     topic empty: alarms reach nobody: it has no subscription",
            "look     topic gone: it cannot be looked at: NotFound")) {
      int at = lines.indexOf(fault);
      assertTrue(at >= 0, () -> fault + " in " + run.out());
      assertTrue(lines.get(at + 1).contains("aws sns "), "a cure that can be typed");
    }
    assertEquals(3, operated.cloud().requests("GetTopicAttributes").size(), "each topic once");
  }

  @Test
  void doctor_onAMachineWhoseClockIsWrong_saysByHowMuch() {
    InstantSource late = () -> Instant.now().minusSeconds(90);

    Shell.Run run =
        new Shell(Shell.REPOSITORY, Map.of(), late)
            .run(
                operated.ports(
                    "doctor", "--port", Integer.toString(operated.stack().url("lemma").getPort())));

    assertEquals(Hookset.OK, run.code(), run::out);
    List<String> lines = run.out().lines().toList();
    int at =
        IntStream.range(0, lines.size())
            .filter(
                i -> lines.get(i).matches("look     clock: this machine's differs by \\d+ s .*"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(run.out()));
    int seconds = Integer.parseInt(lines.get(at).replaceAll(".*by (\\d+) s.*", "$1"));
    assertTrue(seconds >= 85 && seconds <= 95, () -> "about 90 s, and not " + seconds);
    assertTrue(lines.get(at + 1).contains("NTP"), lines.get(at + 1));
  }

  @Test
  void doctor_whereLaminasKeyCannotBeFetched_saysSo() {
    Map<String, String> variables = OperatedStack.keys();
    variables.remove("LAMINA_WEBHOOK_PUBLIC_KEY");
    variables.put("LAMINA_API_KEY", "lma_4f2a9c1b");
    variables.put("LAMINA_SIGNING_KEY_URL", "http://127.0.0.1:1/keys");
    try (LocalStack own = OperatedStack.start(variables, new StackListener() {})) {
      Shell.Run run =
          SHELL.run(OperatedStack.ports(own, "doctor", "--port=" + own.url("lemma").getPort()));

      assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::out);
      List<String> bad = run.out().lines().filter(line -> line.startsWith("BAD")).toList();
      assertEquals(
          List.of(
              "BAD      lamina's URL: it cannot fetch its key, and answers 503 to every delivery"),
          bad);
      assertTrue(run.out().contains("the address of the signing key"), run::out);
      assertTrue(run.out().contains("ok       lemma's URL: it has a key"), run::out);
    }
  }

  @Test
  void stack_thatIsNotThere_isSaidInOneLine() {
    Shell.Run run = new Shell(home, operated.cloud().environment()).run("list", "--stack", "nope");

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertEquals(
        List.of(
            "hookset: there is no stack nope in eu-central-1; look at --region, and at"
                + " `aws cloudformation list-stacks`"),
        run.errorLines());
  }

  @Test
  void local_withoutAStack_saysHowToStartOne() {
    for (String command : List.of("list", "redrive", "doctor --port 1")) {
      Shell.Run run =
          SHELL.run((command + " --dynamodb-port 1 --sqs-port 1 --s3-port 1").split(" ", -1));

      assertEquals(Hookset.IN_THE_WAY, run.code());
      assertTrue(run.err().contains("./hookset dev"), run::err);
    }
  }
}
