package io.millrace.cli.demo;

import io.millrace.direct.Freshness;
import io.millrace.direct.PipelineRun;
import io.millrace.direct.ProgressLine;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJarRun;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.FlinkRest;
import io.millrace.local.flink.LocalFlinkCluster;
import io.millrace.local.process.MillraceHome;
import io.millrace.pipeline.Balance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Runs the pipeline on a dedicated local Flink cluster, which is stopped with it. Reads the
 * counters from Flink's REST API.
 */
final class ClusterPipeline implements PipelineRun {
  private static final int SLOTS = 2;
  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  private static final long POLL_NANOS = 500_000_000;

  /** Prefix of all Millrace counters. */
  private static final String PREFIX = "millrace_";

  /** Limits the length of a request's URL, which lists the names. */
  private static final int NAMES_AT_ONCE = 25;

  private final LocalFlinkCluster cluster;
  private final FlinkJob job;
  private final ProgressLine line;

  private ClusterPipeline(LocalFlinkCluster cluster, FlinkJob job) {
    this.cluster = cluster;
    this.job = job;
    this.line = ProgressLine.onStandardError();
  }

  /**
   * Starts a cluster and submits the job jar to it.
   *
   * @param directory for the cluster's files
   * @param flags input, output and contract
   * @throws FlinkClientException if the jar is missing, or the cluster or the job does not start
   */
  static ClusterPipeline start(Path directory, List<String> flags, Consumer<String> progress) {
    Path jar = FlinkJobJar.find(MillraceHome.root());
    LocalFlinkCluster cluster =
        LocalFlinkCluster.builder()
            .dataDirectory(directory)
            .taskManagers(1)
            .slots(SLOTS)
            // For the progress line; Flink's default is ten seconds.
            .config("metrics.fetcher.update-interval", "1000")
            .progress(progress)
            .start();
    boolean started = false;
    try {
      FlinkRest rest = cluster.rest();
      progress.accept("submitting the job to flink at " + rest.address());
      FlinkJob job =
          rest.run(
              rest.upload(jar), FlinkJarRun.of(FlinkJobJar.MAIN, flags).withParallelism(SLOTS));
      job.awaitRunning(LONGEST_START);
      started = true;
      return new ClusterPipeline(cluster, job);
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  @Override
  public Balance balance() {
    Map<String, Long> counters = new HashMap<>();
    for (FlinkJob.Vertex vertex : job.detail().vertices()) {
      List<String> names = new ArrayList<>();
      for (String name : job.metricNames(vertex.id())) {
        if (name.contains(PREFIX)) {
          names.add(name);
        }
      }
      for (int from = 0; from < names.size(); from += NAMES_AT_ONCE) {
        List<String> some = names.subList(from, Math.min(names.size(), from + NAMES_AT_ONCE));
        job.metrics(vertex.id(), "sum", some.toArray(String[]::new))
            .forEach((name, value) -> counters.merge(counter(name), value.longValue(), Long::sum));
      }
    }
    return Balance.of(counters);
  }

  private static String counter(String metric) {
    return metric.substring(metric.lastIndexOf(PREFIX) + PREFIX.length());
  }

  @Override
  public Balance await(Predicate<Balance> awaited) {
    Map<String, Long> before = balance().counters();
    while (true) {
      Balance balance = balance();
      String freshness = Freshness.text(Freshness.p95(balance.counters(), before));
      line.show(balance, freshness, 0, System.currentTimeMillis());
      if (awaited.test(balance)) {
        line.end();
        return balance;
      }
      requireNotEnded();
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void requireNotEnded() {
    FlinkJob.Detail detail = job.detail();
    if (detail.hasEnded()) {
      String reason =
          job.failures().stream()
              .findFirst()
              .map(FlinkJob.Failure::summary)
              .orElse("no reason given");
      throw new FlinkClientException("the job ended as " + detail.state() + ": " + reason);
    }
  }

  @Override
  public void cancel() {
    line.end();
    // The cluster runs only this job.
    cluster.close();
  }
}
