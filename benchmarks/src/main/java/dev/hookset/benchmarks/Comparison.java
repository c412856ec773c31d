package dev.hookset.benchmarks;

import dev.hookset.aws.AgedReceiveFunction;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.local.samples.Samples;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * Runs contenders in turn, so that whatever disturbs the machine disturbs them all: every round has
 * one start of each.
 */
final class Comparison {
  /** What a function of 1,024 MB has of a CPU: 1,769 MB have a whole one. */
  static final double CPUS = 0.58;

  /** How many invocations in a row a contender gets before the next has its turn. */
  private static final int BLOCK = 50;

  private final Backend backend;
  private final Path directory;
  private final Deliveries deliveries;

  /** What starts gave, in milliseconds and MiB. */
  record Cold(
      Contender contender,
      boolean limited,
      Spread init,
      Spread first,
      Spread firstCpu,
      Spread total,
      Spread cpu,
      Spread resident) {}

  /** What invocations of a warm process gave, in milliseconds and MiB. */
  record Warm(Contender contender, Spread latency, double cpu, double residentMib) {}

  private record Start(double init, double first, double firstCpu, double cpu, double resident) {}

  Comparison(Backend backend, Path checkout, Path directory) {
    this.backend = backend;
    this.deliveries = new Deliveries(new DevelopmentKeys(Map.of()), new Samples(checkout));
    this.directory = directory;
  }

  /** Starts each contender {@code rounds} times; an uncounted round comes first. */
  List<Cold> cold(List<Contender> contenders, int rounds)
      throws IOException, InterruptedException, TimeoutException {
    Map<Contender, List<Start>> starts = new LinkedHashMap<>();
    boolean limited = true;
    for (int round = 0; round <= rounds; round++) {
      for (Contender contender : contenders) {
        try (Instance instance = Instance.start(contender, backend.variables(), directory)) {
          limited &= instance.canBeLimited();
          Start start = start(contender, instance);
          if (round > 0) {
            starts.computeIfAbsent(contender, _ -> new ArrayList<>()).add(start);
          }
        }
      }
      Progress.say("cold starts, round " + round + " of " + rounds);
    }
    boolean allLimited = limited;
    List<Cold> results = new ArrayList<>();
    starts.forEach(
        (contender, all) ->
            results.add(
                new Cold(
                    contender,
                    allLimited,
                    Spread.of(all.stream().map(Start::init).toList()),
                    Spread.of(all.stream().map(Start::first).toList()),
                    Spread.of(all.stream().map(Start::firstCpu).toList()),
                    Spread.of(all.stream().map(start -> start.init() + start.first()).toList()),
                    Spread.of(all.stream().map(Start::cpu).toList()),
                    Spread.of(all.stream().map(Start::resident).toList()))));
    return results;
  }

  private Start start(Contender contender, Instance instance)
      throws IOException, InterruptedException, TimeoutException {
    double init = instance.awaitReady() / 1e6;
    byte[] event = event(contender);
    instance.limit(CPUS);
    double cpuBefore = instance.cpuNanos() / 1e6;
    RuntimeApi.Answer answer =
        switch (contender.start()) {
          case COLD -> instance.invoke(event);
          case RESTORED -> {
            backend.cut();
            yield instance.restoreAndInvoke(event);
          }
        };
    double cpu = instance.cpuNanos() / 1e6;
    check(contender, answer, instance);
    return new Start(init, answer.nanos() / 1e6, cpu - cpuBefore, cpu, mebibytes(instance));
  }

  /**
   * Invokes one process of each contender {@code count} times, block by block in turn, after {@code
   * before} invocations that do not count.
   */
  List<Warm> warm(List<Contender> contenders, int before, int count)
      throws IOException, InterruptedException, TimeoutException {
    List<Visit> visits = new ArrayList<>();
    try {
      for (Contender contender : contenders) {
        visits.add(new Visit(contender, Instance.start(contender, backend.variables(), directory)));
      }
      for (Visit visit : visits) {
        visit.instance.awaitReady();
        if (visit.contender.start() == Contender.Start.RESTORED) {
          visit.instance.restoreAndInvoke(event(visit.contender));
        }
      }
      for (int done = 0; done < before + count; done += BLOCK) {
        for (Visit visit : visits) {
          visit.pay(done >= before);
        }
        Progress.say("warm invocations, " + (done + BLOCK) + " of " + (before + count));
      }
      List<Warm> results = new ArrayList<>();
      for (Visit visit : visits) {
        Spread latency = Spread.of(visit.latencies);
        results.add(
            new Warm(
                visit.contender, latency, visit.cpu / latency.count(), mebibytes(visit.instance)));
      }
      return results;
    } finally {
      for (Visit visit : visits) {
        visit.instance.close();
      }
    }
  }

  /** A warm process, and what it has shown so far. */
  private final class Visit {
    private final Contender contender;
    private final Instance instance;
    private final List<Double> latencies = new ArrayList<>();
    private double cpu;

    Visit(Contender contender, Instance instance) {
      this.contender = contender;
      this.instance = instance;
    }

    void pay(boolean counts) throws IOException, InterruptedException, TimeoutException {
      long cpuBefore = instance.cpuNanos();
      for (int i = 0; i < BLOCK; i++) {
        RuntimeApi.Answer answer = instance.invoke(event(contender));
        check(contender, answer, instance);
        if (counts) {
          latencies.add(answer.nanos() / 1e6);
        }
      }
      if (counts) {
        cpu += (instance.cpuNanos() - cpuBefore) / 1e6;
      }
    }
  }

  /** Lets a function write its AOT cache: some invocations, then its end. */
  void train(Contender contender) throws IOException, InterruptedException, TimeoutException {
    try (Instance instance = Instance.start(contender, backend.variables(), directory)) {
      instance.awaitReady();
      for (int i = 0; i < 20; i++) {
        check(contender, instance.invoke(event(contender)), instance);
      }
      instance.end();
    }
  }

  private byte[] event(Contender contender) {
    Provider provider = Providers.named(contender.provider()).orElseThrow();
    Instant now =
        contender.start() == Contender.Start.RESTORED
            ? Instant.now().plus(AgedReceiveFunction.AGE)
            : Instant.now();
    String id = UUID.randomUUID().toString();
    return LambdaEvent.httpApi(
            deliveries.genuine(provider, deliveries.samples().defaultType(provider), id, now),
            id,
            now,
            LambdaEvent.BodyForm.TEXT)
        .compact();
  }

  /** A contender that refuses what it is sent would be quick. */
  private static void check(Contender contender, RuntimeApi.Answer answer, Instance instance)
      throws IOException {
    String payload = answer.successful();
    boolean accepted =
        contender.provider().equals("lamba")
            ? payload.contains("\"statusCode\":204")
            : payload.contains("accepted");
    if (!accepted) {
      throw new IOException(
          contender.name() + " answered " + payload + " and said " + instance.said());
    }
  }

  private static double mebibytes(Instance instance) throws IOException {
    return instance.residentBytes() / 1024.0 / 1024.0;
  }
}
