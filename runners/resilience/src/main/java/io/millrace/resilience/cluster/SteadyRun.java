package io.millrace.resilience.cluster;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.flink.client.Poll;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.GeneratedStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Sends a steady stream through the job jar on a real cluster and measures freshness, heap and
 * state. The contract's allowed lateness is a minute, so that state stops growing during the
 * measurement.
 */
public final class SteadyRun {
  private static final String DATABASE = "steady";
  private static final int PARTITIONS = 4;
  private static final int PARALLELISM = 2;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(4);
  private static final String HEAP = "Status.JVM.Memory.Heap.Used";

  private final BenchEnvironment environment;
  private final Load load;
  private final AuditWatch watch;

  /**
   * The load.
   *
   * @param rate records a second
   * @param warmUp time before the measurement, for the JIT compiler and for state to fill
   * @param measured duration of the measurement
   * @param faster speed of record time relative to the clock
   */
  public record Load(double rate, Duration warmUp, Duration measured, double faster) {
    boolean live() {
      return faster == 1;
    }

    /** Record times, which start so early that they stay in the past. */
    LongSupplier clock() {
      if (live()) {
        return System::currentTimeMillis;
      }
      long begin = System.currentTimeMillis();
      long first =
          begin
              - Math.round(
                  faster * warmUp.plus(measured).plus(LONGEST_WAIT.multipliedBy(3)).toMillis());
      return () -> first + Math.round(faster * (System.currentTimeMillis() - begin));
    }
  }

  private SteadyRun(BenchEnvironment environment, Load load) {
    this.environment = environment;
    this.load = load;
    this.watch = new AuditWatch(environment, DATABASE);
  }

  static SteadyReport of(BenchEnvironment environment, Load load) {
    return new SteadyRun(environment, load).run();
  }

  private SteadyReport run() {
    Scenario.Setup setup = Scenario.Setup.PLAIN.withParallelism(PARALLELISM);
    try (MovingStream stream =
            MovingStream.start(
                environment,
                DATABASE,
                new MovingStream.Plan(
                    PARTITIONS, load.rate, 1, MovingStream.FEW_COPIES, load.clock()));
        ClusterJob job =
            new ClusterJob(
                environment,
                environment.directory().resolve(DATABASE),
                setup,
                environment.route(stream.topic(), DATABASE, contract()))) {
      job.submit();
      await("the first record in the audit", () -> watch.records() > 0);
      // The cluster collects metrics only after a first request.
      await("the TaskManagers' heap", () -> heap(job).isPresent());
      // Records wait while the job starts.
      await("the job to catch up", () -> watch.records() >= stream.sent() - 2 * load.rate);
      environment.progress("warming up for %d s".formatted(load.warmUp.toSeconds()));
      Instant from = Instant.now().plus(load.warmUp);
      awaitInstant(from);
      List<SteadyReport.Look> looks = looks(job, from);
      Instant to = Instant.now();
      GeneratedStream sent = stream.finish();
      await("every record in the audit", () -> watch.records() >= sent.records());
      SteadyReport report =
          new SteadyReport(
              load.rate,
              accepted(from, to),
              load.live() ? Optional.of(freshness(from, to)) : Optional.empty(),
              eventTime(from, to),
              looks,
              sent.records(),
              ended(),
              environment.number("SELECT count() FROM " + DATABASE + ".audit_batches"));
      job.job().cancel();
      String unused = job.job().awaitEnd(LONGEST_WAIT);
      return report;
    }
  }

  private List<SteadyReport.Look> looks(ClusterJob job, Instant from) {
    List<SteadyReport.Look> looks = new ArrayList<>();
    Instant end = from.plus(load.measured);
    for (Instant next = from; next.isBefore(end); next = next.plus(LOOK_EVERY)) {
      awaitInstant(next);
      var checkpoints = job.job().checkpoints();
      long second = Duration.between(from, next).toSeconds();
      looks.add(
          new SteadyReport.Look(
              second,
              (long) heap(job).orElseThrow(),
              checkpoints.latestStateBytes(),
              checkpoints.latestDuration().toMillis()));
      if (second % 60 == 0) {
        environment.progress("%d of %d s".formatted(second, load.measured.toSeconds()));
      }
    }
    return looks;
  }

  private static OptionalDouble heap(ClusterJob job) {
    return job.cluster().rest().taskManagerMetric("sum", HEAP);
  }

  private String between(Instant from, Instant to) {
    return " FROM %1$s.audit_exact WHERE outcome = 'accepted' AND %3$s >= fromUnixTimestamp64Milli(%2$d) AND %3$s < fromUnixTimestamp64Milli(%4$d)"
        .formatted(
            DATABASE,
            from.toEpochMilli(),
            // Without live record times, the time of writing approximates the arrival.
            load.live() ? "record_time" : "written_at",
            to.toEpochMilli());
  }

  private long accepted(Instant from, Instant to) {
    return environment.number("SELECT count()" + between(from, to));
  }

  /** The range of event time. */
  private Duration eventTime(Instant from, Instant to) {
    return Duration.ofMillis(
        environment.number(
            "SELECT toUnixTimestamp64Milli(max(record_time)) -"
                + " toUnixTimestamp64Milli(min(record_time))"
                + between(from, to)));
  }

  private SteadyReport.Freshness freshness(Instant from, Instant to) {
    String age = "toUnixTimestamp64Milli(written_at) - toUnixTimestamp64Milli(record_time)";
    String[] numbers =
        environment
            .query(
                "SELECT toInt64(quantileExact(0.5)(a)), toInt64(quantileExact(0.95)(a)),"
                    + " toInt64(quantileExact(0.99)(a)), max(a) FROM (SELECT "
                    + age
                    + " AS a"
                    + between(from, to)
                    + ")")
            .split("\t", -1);
    return new SteadyReport.Freshness(
        Long.parseLong(numbers[0]),
        Long.parseLong(numbers[1]),
        Long.parseLong(numbers[2]),
        Long.parseLong(numbers[3]));
  }

  private Map<String, Long> ended() {
    return new TreeMap<>(
        environment.numbers(
            "SELECT outcome, count() FROM " + DATABASE + ".audit_exact GROUP BY outcome"));
  }

  private Path contract() {
    try {
      String text = Files.readString(environment.contract());
      String shorter = text.replace("allowed_lateness: 1h", "allowed_lateness: 1m");
      if (shorter.equals(text)) {
        throw new IllegalStateException(
            environment.contract() + " does not allow an hour of lateness");
      }
      return Files.writeString(environment.directory().resolve("steady.yaml"), shorter);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the contract", e);
    }
  }

  private static void awaitInstant(Instant then) {
    for (Duration left = Duration.between(Instant.now(), then);
        left.toNanos() > 0;
        left = Duration.between(Instant.now(), then)) {
      LockSupport.parkNanos(left.toNanos());
    }
  }

  private static void await(String what, BooleanSupplier there) {
    Poll.until(
        LONGEST_WAIT,
        there,
        () -> "timeout after %d s while waiting for %s".formatted(LONGEST_WAIT.toSeconds(), what));
  }
}
