package dev.hookset.local.cloud;

import dev.hookset.local.history.LogLine;
import dev.hookset.local.history.Tally;
import dev.hookset.receive.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetQueryResultsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResultField;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.LoggingConfig;

/** The logs of a deployed stack's functions. Not for several threads. */
public final class StackLogs {
  /** How far back a tail looks for lines that were late. */
  private static final Duration LATENESS = Duration.ofSeconds(15);

  private static final String COUNTS =
      "filter ispresent(provider) and (message like /^delivery / or message like /^event /)"
          + " | fields coalesce(reason, detail, \"\") as why"
          + " | stats count(*) as lines by provider, message, outcome, why, conflict"
          + " | limit 10000";

  private static final String LAGS =
      "filter ispresent(Lag) and outcome = \"done\""
          + " | stats pct(Lag, 50) as median, pct(Lag, 95) as p95, max(Lag) as longest by provider";

  private final DeployedStack stack;
  private final List<String> groups;

  /** Creates a reader; asks Lambda where the functions log to. */
  public StackLogs(DeployedStack stack) {
    this.stack = stack;
    List<String> functions = new ArrayList<>();
    for (Provider provider : stack.providers()) {
      functions.add(stack.function(provider));
    }
    functions.add(stack.worker());
    this.groups = functions.stream().map(this::group).distinct().toList();
  }

  private String group(String function) {
    GetFunctionConfigurationResponse configuration =
        stack.lambda().getFunctionConfiguration(get -> get.functionName(function));
    LoggingConfig logging = configuration.loggingConfig();
    return logging == null || logging.logGroup() == null
        ? "/aws/lambda/" + function
        : logging.logGroup();
  }

  /** Returns where the functions log to. */
  public List<String> groups() {
    return groups;
  }

  /**
   * Adds up what was logged in a span of time, by CloudWatch Logs Insights, which charges for what
   * it reads.
   *
   * @param pause waits for a while; false if it is to end
   * @throws CloudProblem if the query fails or is interrupted
   */
  public Tally tally(Instant from, Instant to, Predicate<Duration> pause) {
    Tally tally = new Tally();
    for (Map<String, String> row : query(COUNTS, from, to, pause)) {
      String message = row.getOrDefault("message", "");
      tally.count(
          message.startsWith("delivery ") ? LogLine.Kind.DELIVERY : LogLine.Kind.EVENT,
          row.get("provider"),
          row.getOrDefault("outcome", "unknown"),
          row.get("why"),
          Set.of("true", "1").contains(row.getOrDefault("conflict", "")),
          (long) number(row, "lines"));
    }
    for (Map<String, String> row : query(LAGS, from, to, pause)) {
      tally.lag(
          row.get("provider"),
          new Tally.Lag(
              Duration.ofMillis((long) number(row, "median")),
              Duration.ofMillis((long) number(row, "p95")),
              Duration.ofMillis((long) number(row, "longest"))));
    }
    return tally;
  }

  private List<Map<String, String>> query(
      String text, Instant from, Instant to, Predicate<Duration> pause) {
    String id =
        stack
            .logs()
            .startQuery(
                start ->
                    start
                        .logGroupNames(groups)
                        .startTime(from.getEpochSecond())
                        .endTime(to.getEpochSecond())
                        .queryString(text))
            .queryId();
    while (true) {
      GetQueryResultsResponse results = stack.logs().getQueryResults(get -> get.queryId(id));
      QueryStatus status = results.status();
      if (status == QueryStatus.COMPLETE) {
        return results.results().stream().map(StackLogs::row).toList();
      }
      if (status != QueryStatus.RUNNING && status != QueryStatus.SCHEDULED) {
        throw new CloudProblem("the query over the logs ended as " + results.statusAsString());
      }
      if (!pause.test(Duration.ofSeconds(1))) {
        throw new CloudProblem("interrupted");
      }
    }
  }

  private static Map<String, String> row(List<ResultField> fields) {
    Map<String, String> row = new HashMap<>();
    for (ResultField field : fields) {
      if (field.value() != null) {
        row.put(field.field(), field.value());
      }
    }
    return row;
  }

  private static double number(Map<String, String> row, String name) {
    try {
      return Double.parseDouble(row.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Returns all lines about an event, the oldest first. */
  public List<LogLine> about(String eventId, Instant from) {
    // The log writes in ASCII, so what is not stands escaped there; a pattern matches what is read.
    String quoted = eventId.replace("\\", "\\\\").replace("\"", "\\\"");
    List<LogLine> lines = new ArrayList<>();
    for (String group : groups) {
      read(group, from, "{ $.eventId = \"" + quoted + "\" }", new HashSet<>(), lines);
    }
    lines.sort(Comparator.comparing(LogLine::at));
    return lines.stream().filter(line -> eventId.equals(line.eventId())).toList();
  }

  /** Returns a reader of the lines from a time on. */
  public Tail tail(Instant from) {
    return new Tail(from);
  }

  /** Reads what is added to the logs. Not for several threads. */
  public final class Tail {
    private final Map<String, Set<String>> seen = new HashMap<>();
    private final Map<String, Instant> from = new HashMap<>();

    private Tail(Instant start) {
      groups.forEach(
          group -> {
            seen.put(group, new HashSet<>());
            from.put(group, start);
          });
    }

    /** Returns the lines that were added since the last call, the oldest first. */
    public List<LogLine> more() {
      List<LogLine> lines = new ArrayList<>();
      for (String group : groups) {
        Instant start = Objects.requireNonNull(from.get(group));
        Set<String> known = Objects.requireNonNull(seen.get(group));
        Instant newest = read(group, start, null, known, lines);
        // Lines come late, and not in order: what is new may be older than what was read.
        if (newest != null && newest.minus(LATENESS).isAfter(start)) {
          from.put(group, newest.minus(LATENESS));
        }
      }
      lines.sort(Comparator.comparing(LogLine::at));
      return lines;
    }
  }

  /**
   * Adds what a group holds from a time on, but for what is known by its ID, and returns the time
   * of the newest.
   */
  private @Nullable Instant read(
      String group,
      Instant from,
      @Nullable String pattern,
      Set<String> known,
      List<LogLine> lines) {
    Instant newest = null;
    for (FilteredLogEvent event :
        stack
            .logs()
            .filterLogEventsPaginator(
                filter ->
                    filter
                        .logGroupName(group)
                        .startTime(from.toEpochMilli())
                        .filterPattern(pattern))
            .events()) {
      if (!known.add(event.eventId())) {
        continue;
      }
      Instant at = Instant.ofEpochMilli(event.timestamp());
      newest = newest == null || at.isAfter(newest) ? at : newest;
      LogLine line = event.message() == null ? null : LogLine.read(event.message());
      if (line != null) {
        lines.add(line);
      }
    }
    return newest;
  }
}
