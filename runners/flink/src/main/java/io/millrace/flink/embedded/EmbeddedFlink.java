package io.millrace.flink.embedded;

import io.millrace.pipeline.Checkpoints;
import io.millrace.pipeline.StepMetrics;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.metrics.MetricRegistryConfiguration;
import org.apache.flink.runtime.metrics.MetricRegistryImpl;
import org.apache.flink.runtime.metrics.ReporterSetup;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A Flink in this process, for one job. It never restarts a failed job: the process ends instead,
 * so that its supervisor sees the failure.
 */
final class EmbeddedFlink implements AutoCloseable {
  private static final long LONGEST_ANSWER_SECONDS = 2;

  private final MiniCluster cluster;
  private final Configuration configuration;
  private final FlinkStepMetrics metrics;

  private EmbeddedFlink(
      MiniCluster cluster, Configuration configuration, FlinkStepMetrics metrics) {
    this.cluster = cluster;
    this.configuration = configuration;
    this.metrics = metrics;
  }

  /** Millrace's metrics by step and name, at most a bundle old. */
  StepMetrics metrics() {
    return metrics.byStep();
  }

  /** The checkpoints of a job; none if the cluster does not tell in time. */
  Checkpoints checkpoints(JobID job) {
    CheckpointStatsSnapshot stats;
    try {
      stats =
          cluster
              .getExecutionGraph(job)
              .get(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS)
              .getCheckpointStatsSnapshot();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Checkpoints.NONE;
    } catch (ExecutionException | TimeoutException e) {
      return Checkpoints.NONE;
    }
    if (stats == null) {
      return Checkpoints.NONE;
    }
    CompletedCheckpointStats latest = stats.getHistory().getLatestCompletedCheckpoint();
    return new Checkpoints(
        true,
        stats.getCounts().getNumberOfCompletedCheckpoints(),
        stats.getCounts().getNumberOfFailedCheckpoints(),
        latest == null
            ? null
            : new Checkpoints.Latest(
                latest.getLatestAckTimestamp(),
                latest.getEndToEndDuration(),
                latest.getStateSize()));
  }

  /**
   * The settings of a job and its cluster.
   *
   * @param slots the job's parallelism
   * @param work for temporary files
   * @param snapshots for checkpoints
   * @param rocksDb whether state is in RocksDB, not on the heap
   */
  static Configuration configuration(int slots, Path work, Path snapshots, boolean rocksDb) {
    Configuration settings = new Configuration();
    settings.setString("rest.bind-port", "0");
    settings.setString("rest.bind-address", "127.0.0.1");
    settings.setString("rest.address", "127.0.0.1");
    settings.setString("io.tmp.dirs", work.toString());
    settings.setString("state.backend.type", rocksDb ? "rocksdb" : "hashmap");
    settings.setString("state.backend.incremental", String.valueOf(rocksDb));
    settings.setString("state.checkpoints.dir", snapshots.toUri().toString());
    // The older one serves if a power failure leaves the newer one incomplete.
    settings.setString("state.checkpoints.num-retained", "2");
    settings.setString("restart-strategy.type", "none");
    // A timeout has no use without a network, and a busy computer would meet it.
    settings.setString("heartbeat.timeout", "600000");
    // Each of about ten exchanges needs three buffers of 32 KiB for each pair of subtasks.
    settings.setString("taskmanager.memory.network.min", networkMegabytes(slots) + "m");
    settings.setString("taskmanager.memory.network.max", networkMegabytes(slots) + "m");
    // Used by RocksDB alone.
    settings.setString("taskmanager.memory.managed.size", "512m");
    return settings;
  }

  private static int networkMegabytes(int slots) {
    return Math.max(64, slots * slots);
  }

  /** Starts a cluster with the slots that a job needs. */
  static EmbeddedFlink start(Configuration configuration, int slots) {
    MiniClusterConfiguration cluster =
        new MiniClusterConfiguration.Builder()
            .setConfiguration(configuration)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(slots)
            .build();
    FlinkStepMetrics metrics = new FlinkStepMetrics();
    EmbeddedFlink flink =
        new EmbeddedFlink(new CountingCluster(cluster, metrics), configuration, metrics);
    boolean ready = false;
    try {
      flink.cluster.start();
      ready = true;
    } catch (Exception e) {
      throw new IllegalStateException("cannot start Flink in this process: " + e.getMessage(), e);
    } finally {
      if (!ready) {
        // Its threads would keep the process alive.
        flink.close();
      }
    }
    return flink;
  }

  /**
   * An environment that runs a job on this cluster.
   *
   * @param restore the snapshot from which the job continues
   * @param beforeStart receives the job's graph
   */
  StreamExecutionEnvironment environment(
      SavepointRestoreSettings restore,
      Consumer<StreamGraph> beforeStart,
      Consumer<JobClient> started) {
    return new Environment(cluster, configuration, restore, beforeStart, started);
  }

  @Override
  public void close() {
    try {
      cluster.closeAsync().get();
    } catch (ExecutionException e) {
      // The process ends.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Flink takes reporters only by class name, from which nothing could be read. */
  @SuppressWarnings("try") // Flink's cluster may be interrupted while it closes
  private static final class CountingCluster extends MiniCluster {
    private final FlinkStepMetrics metrics;

    CountingCluster(MiniClusterConfiguration configuration, FlinkStepMetrics metrics) {
      super(configuration);
      this.metrics = metrics;
    }

    @Override
    protected MetricRegistryImpl createMetricRegistry(
        Configuration configuration, long maximumMessageSizeInBytes) {
      return new MetricRegistryImpl(
          MetricRegistryConfiguration.fromConfiguration(configuration, maximumMessageSizeInBytes),
          List.of(ReporterSetup.forReporter("metrics", metrics)));
    }
  }

  @SuppressWarnings("try") // Flink's environment may be interrupted while it closes
  private static final class Environment extends StreamExecutionEnvironment {
    private final MiniCluster cluster;
    private final SavepointRestoreSettings restore;
    private final Consumer<StreamGraph> beforeStart;
    private final Consumer<JobClient> started;

    Environment(
        MiniCluster cluster,
        Configuration configuration,
        SavepointRestoreSettings restore,
        Consumer<StreamGraph> beforeStart,
        Consumer<JobClient> started) {
      super(configuration);
      this.cluster = cluster;
      this.restore = restore;
      this.beforeStart = beforeStart;
      this.started = started;
    }

    @Override
    public JobClient executeAsync(StreamGraph graph) throws Exception {
      beforeStart.accept(graph);
      graph.setSavepointRestoreSettings(restore);
      JobGraph job = graph.getJobGraph(getUserClassloader(), null);
      Object unused = cluster.submitJob(job).get();
      ClientUtils.waitUntilJobInitializationFinished(
          () -> cluster.getJobStatus(job.getJobID()).get(),
          () -> cluster.requestJobResult(job.getJobID()).get(),
          getUserClassloader());
      JobClient client =
          new MiniClusterJobClient(
              job.getJobID(), cluster, getUserClassloader(), JobFinalizationBehavior.NOTHING);
      started.accept(client);
      return client;
    }
  }
}
