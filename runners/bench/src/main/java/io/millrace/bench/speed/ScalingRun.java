package io.millrace.bench.speed;

import io.millrace.bench.contender.Contender;
import io.millrace.bench.contender.ContenderCheck;
import io.millrace.bench.contender.JobSpec;
import io.millrace.bench.contender.MillraceRun;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.flink.client.FlinkJarRun;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.LocalServer;
import io.millrace.local.process.MillraceHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs the job jar over a backlog on its own cluster, with a TaskManager of one slot for each
 * subtask. Limits the TaskManagers to a share of a core during the measurement, which starts after
 * the JVM has compiled most of the job.
 */
final class ScalingRun {
  /** By then the JVM has compiled most of the job, which it does at full speed. */
  private static final double HELD_FROM = 0.60;

  /** Time for records in flight at full speed to be written. */
  private static final double MEASURED_FROM = 0.65;

  private static final double MEASURED_TO = 0.85;

  private static final int HEAP_MEGABYTES = 2048;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private ScalingRun() {}

  /**
   * Runs the job.
   *
   * @param share share of a core for each TaskManager
   * @param round distinguishes runs
   * @throws IllegalStateException if the job fails or its outcomes are wrong
   */
  static RunFigures of(
      BenchEnvironment environment, Backlog backlog, int taskManagers, double share, int round) {
    String name = "scaling_" + taskManagers + "_" + round;
    JobSpec spec = SpeedRun.spec(environment, Contender.MILLRACE, backlog, taskManagers, name);
    SpeedRun.prepare(environment, spec);
    try (LocalFlinkCluster cluster =
        LocalFlinkCluster.builder()
            .dataDirectory(Path.of(spec.directory()))
            .taskManagers(taskManagers)
            .slots(1)
            .taskManagerHeap(HEAP_MEGABYTES)
            .progress(environment::progress)
            .start()) {
      FlinkJob job = submit(cluster.rest(), spec);
      RunFigures figures = watch(environment, backlog, spec, workers(cluster, job), share);
      job.cancel();
      String unused = job.awaitEnd(LIMIT);
      return figures;
    } finally {
      SpeedRun.drop(environment, spec);
    }
  }

  private static FlinkJob submit(FlinkRest rest, JobSpec spec) {
    return rest.run(
        rest.upload(FlinkJobJar.find(MillraceHome.root())),
        FlinkJarRun.of(FlinkJobJar.MAIN, MillraceRun.ends(spec))
            .withParallelism(spec.parallelism()));
  }

  private static RunFigures watch(
      BenchEnvironment environment,
      Backlog backlog,
      JobSpec spec,
      RunWatch.Workers workers,
      double share) {
    AtomicReference<CpuLimit> held = new AtomicReference<>();
    RunWatch watch =
        new RunWatch(
            environment,
            spec.parallelism() + " x " + Math.round(100 * share) + " %",
            ContenderCheck.MILLRACE,
            backlog.truth(),
            SpeedRun.look(environment, spec),
            workers);
    try {
      List<Sample> samples =
          watch.untilDone(
              done -> {
                if (held.get() != null) {
                  held.get().requireHeld();
                } else if (done >= HELD_FROM && done < MEASURED_TO) {
                  held.set(CpuLimit.of(workers.pids(), share));
                }
                if (held.get() != null && done > MEASURED_TO) {
                  held.getAndSet(null).close();
                }
              });
      return RunFigures.between(MEASURED_FROM, MEASURED_TO, samples, backlog.records());
    } finally {
      if (held.get() != null) {
        held.get().close();
      }
    }
  }

  /** Fails if the job has restarted, because that distorts the measurement. */
  private static RunWatch.Workers workers(LocalFlinkCluster cluster, FlinkJob job) {
    List<Long> pids = cluster.taskManagers().stream().map(LocalServer::pid).toList();
    return new RunWatch.Workers() {
      @Override
      public List<Long> pids() {
        return pids;
      }

      @Override
      public void requireRunning() {
        job.failures().stream()
            .findFirst()
            .ifPresent(
                failure -> {
                  throw new IllegalStateException("the job has failed: " + failure.summary());
                });
      }
    };
  }
}
