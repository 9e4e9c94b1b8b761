package io.millrace.bench.capacity;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.workload.CountingSink;
import io.millrace.bench.workload.Workload;
import io.millrace.bench.workload.WorkloadSource;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.flink.FlinkDefaults;
import io.millrace.flink.LocalFlink;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkRest;
import io.millrace.flink.client.Poll;
import io.millrace.local.process.LocalFiles;
import io.millrace.local.process.Ports;
import io.millrace.transforms.DeduplicateEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Fills the state of {@link DeduplicateEvents} with identities as fast as they come, then adds more
 * at the rate of a day of 200 million. On a Flink in this JVM: one subtask, RocksDB with 128 MB of
 * memory, incremental checkpoints every 5 s, a lateness of a day. 2 % of the events are duplicates
 * of any event before them, so each kept identity may be read.
 */
final class IdentityRun {
  /** The identities of a day for which the state is computed. */
  static final long A_DAY = 200_000_000;

  private static final int PER_SECOND = (int) (A_DAY / Duration.ofDays(1).toSeconds());
  private static final double MEASURED_FROM = 0.5;
  private static final long CHECKPOINT_MILLIS = 5_000;

  /** The first checkpoints still hold what was added at full speed. */
  private static final int SKIPPED_CHECKPOINTS = 2;

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Duration TELL_EVERY = Duration.ofSeconds(5);
  private static final Duration LONGEST_STOP = Duration.ofMinutes(1);
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

  private final BenchEnvironment environment;
  private final long filled;
  private final Workload workload;
  private final Path directory;
  private final PipelineResult result;
  private final FlinkRest rest;
  private final FlinkJob job;
  private final List<IdentityFigures.Checkpoint> checkpoints = new ArrayList<>();
  private long completed;

  private IdentityRun(BenchEnvironment environment, Path directory, long filled, Duration steady) {
    this.environment = environment;
    this.directory = directory;
    this.filled = filled;
    this.workload = new Workload(filled + steady.toSeconds() * PER_SECOND, PER_SECOND, true);
    int port = Ports.free(Ports.Range.FLINK);
    this.rest = FlinkRest.at("http://127.0.0.1:" + port);
    this.result = start(port);
    this.job = rest.job(rest.jobs().get(0).id());
  }

  /**
   * Runs it once.
   *
   * @param events those that come as fast as they can
   * @param steady how long more of them come afterwards
   * @throws IllegalStateException if the job fails or finds other duplicates than there are
   */
  static IdentityFigures of(BenchEnvironment environment, long events, Duration steady) {
    try {
      Path directory = Files.createTempDirectory(environment.directory(), "identities-");
      try {
        return new IdentityRun(environment, directory, events, steady).run();
      } finally {
        LocalFiles.deleteTree(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + environment.directory(), e);
    }
  }

  private PipelineResult start(int port) {
    FlinkPipelineOptions options = LocalFlink.options("--flinkConfDir=" + configuration(port));
    options.setCheckpointingInterval(CHECKPOINT_MILLIS);
    options.setNumberOfExecutionRetries(0);
    // The job has no end: otherwise its start would not return.
    options.setAttachedMode(false);
    Contract contract = Workload.contract(Duration.ofDays(1));
    Pipeline pipeline = Pipeline.create(options);
    PCollectionTuple outputs =
        pipeline
            .apply("Read", Read.from(WorkloadSource.paced(workload, contract, filled)))
            .apply(
                DeduplicateEvents.of(
                    contract,
                    FlinkDefaults.DEDUP_SHARDS,
                    FlinkDefaults.DEDUP_SLOTS,
                    Clock.system()));
    CountingSink.add(outputs.get(DeduplicateEvents.UNIQUE), Outcome.ACCEPTED);
    CountingSink.add(outputs.get(OutcomeTags.LATE), Outcome.LATE);
    return pipeline.run();
  }

  /** A directory with Flink's configuration. */
  private Path configuration(int port) {
    try {
      return Files.writeString(
              directory.resolve("flink-conf.yaml"),
              String.join(
                  "\n",
                  "rest.address: 127.0.0.1",
                  "rest.bind-address: 127.0.0.1",
                  "rest.bind-port: " + port,
                  "state.backend.type: rocksdb",
                  "state.backend.incremental: true",
                  "state.checkpoints.dir: " + directory.resolve("checkpoints").toUri(),
                  "io.tmp.dirs: " + Files.createDirectory(directory.resolve("tmp")),
                  "taskmanager.memory.managed.size: 128m",
                  // In ms; Flink's default is ten seconds.
                  "metrics.fetcher.update-interval: 500",
                  ""))
          .getParent();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + directory, e);
    }
  }

  private IdentityFigures run() {
    try {
      Sample from = await(Math.round(MEASURED_FROM * filled));
      Sample to = await(filled);
      completed = job.checkpoints().completed();
      Sample unused = await(workload.events(), this::look);
      verify();
      if (checkpoints.size() <= SKIPPED_CHECKPOINTS) {
        throw new IllegalStateException(
            "expected checkpoints at the steady rate, found " + checkpoints.size());
      }
      double events = to.done - from.done;
      return new IdentityFigures(
          workload.events() - workload.repeats(),
          job.checkpoints().latestStateBytes(),
          events * 1e9 / (to.nanos - from.nanos),
          (to.cpuNanos - from.cpuNanos) / 1e3 / events,
          List.copyOf(checkpoints.subList(SKIPPED_CHECKPOINTS, checkpoints.size())));
    } finally {
      cancel();
    }
  }

  private record Sample(long nanos, long cpuNanos, long done) {}

  private Sample await(long events) {
    return await(events, () -> {});
  }

  /** Waits until this number of events has an outcome. */
  private Sample await(long events, Runnable meanwhile) {
    long seen = 0;
    long moved = System.nanoTime();
    long told = moved;
    while (true) {
      requireRunning();
      meanwhile.run();
      long done = counted(Outcome.ACCEPTED) + counted(Outcome.DUPLICATE);
      if (done >= events) {
        return new Sample(System.nanoTime(), cpuNanos(), done);
      }
      if (System.nanoTime() - told > TELL_EVERY.toNanos()) {
        told = System.nanoTime();
        environment.progress("  %,d of %,d events".formatted(done, workload.events()));
      }
      if (done != seen) {
        seen = done;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > LONGEST_SILENCE.toNanos()) {
        throw new IllegalStateException("no progress at " + seen + " of " + events + " events");
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private void look() {
    FlinkJob.Checkpoints now = job.checkpoints();
    if (now.completed() > completed) {
      completed = now.completed();
      checkpoints.add(
          new IdentityFigures.Checkpoint(
              now.latestWrittenBytes(), now.latestDuration().toMillis() / 1e3));
    }
  }

  private void verify() {
    expect(Outcome.DUPLICATE, workload.repeats());
    expect(Outcome.ACCEPTED, workload.events() - workload.repeats());
    expect(Outcome.LATE, 0);
  }

  private void expect(Outcome outcome, long expected) {
    long found = counted(outcome);
    if (found != expected) {
      throw new IllegalStateException(
          "expected %,d %s events, found %,d".formatted(expected, outcome.label(), found));
    }
  }

  /** By Flink's metrics, because Beam gives its own only when a step ends. */
  private long counted(Outcome outcome) {
    String counter = PipelineMetrics.NAMESPACE + "_" + outcome.label();
    double sum = 0;
    for (FlinkJob.Vertex vertex : job.detail().vertices()) {
      String[] names =
          job.metricNames(vertex.id()).stream()
              .filter(name -> name.endsWith(counter))
              .toArray(String[]::new);
      for (double value : job.metrics(vertex.id(), "sum", names).values()) {
        sum += value;
      }
    }
    return Math.round(sum);
  }

  private void requireRunning() {
    if (result.getState().isTerminal()) {
      throw new IllegalStateException("the job has ended: " + result.getState());
    }
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void cancel() {
    if (!result.getState().isTerminal()) {
      try {
        PipelineResult.State unused = result.cancel();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot cancel the job", e);
      }
    }
    // Flink ends with its job, and until then writes to its directory.
    Poll.until(LONGEST_STOP, () -> !rest.answers(), () -> "Flink did not stop in time");
  }
}
