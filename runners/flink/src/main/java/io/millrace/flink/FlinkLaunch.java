package io.millrace.flink;

import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.StateSettings;
import io.millrace.pipeline.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.PipelineResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.RemoteStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;

/** A launch on Flink with parsed and validated flags. Nothing is contacted before a method call. */
public record FlinkLaunch(FlinkPipelineOptions options, Launch launch) {
  private static final String LOCAL = "[local]";
  private static final String AUTO = "[auto]";
  private static final int DEFAULT_REST_PORT = 8081;

  /**
   * Parses flags and adds the defaults of this runner.
   *
   * @throws ConfigException with every problem in them and in the contract
   */
  public static FlinkLaunch of(List<String> args) {
    return of(args, UUID.randomUUID().toString());
  }

  /**
   * The same for a run that continues an earlier one.
   *
   * @param run the id of the earlier run, see {@link Launch#runId}
   */
  public static FlinkLaunch of(List<String> args, String run) {
    MillraceOptions options = Launch.parse(FlinkDefaults.addTo(args));
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    List<String> problems = new ArrayList<>(FlinkFlagProblems.of(flink));
    if (isRunByFlink() && flink.getSavepointPath() != null) {
      problems.add(
          "--savepointPath: Flink ignores this flag when it submits the job. Use `flink run -s"
              + " PATH` instead");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    if (isRunByFlink() && !isAttached()) {
      // In attached mode Beam queries the accumulators. Flink has none for a detached job, so the
      // submission would fail although the job runs.
      flink.setAttachedMode(false);
    }
    if (flink.getFilesToStage() == null && !flink.getFlinkMaster().startsWith("[")) {
      FlinkMain.ownJar().ifPresent(jar -> flink.setFilesToStage(List.of(jar.toString())));
    }
    return new FlinkLaunch(flink, Launch.of(options, run));
  }

  /** The settings that the job's state depends on. */
  public StateSettings settings() {
    return launch
        .stateSettings()
        .with("--maxParallelism", String.valueOf(options.getMaxParallelism()));
  }

  public int parallelism() {
    return options.getParallelism();
  }

  /**
   * Creates missing tables and starts the job.
   *
   * @throws io.millrace.io.SinkException if the tables do not match the contract
   * @throws ConfigException if the settings do not match the state to restore
   */
  public PipelineResult start() {
    if (options.getFlinkMaster().equals(LOCAL)) {
      return launch.start();
    }
    return startOn(target());
  }

  /** The same on a given environment instead of the cluster of {@code --flinkMaster}. */
  public PipelineResult startOn(StreamExecutionEnvironment target) {
    try {
      return within(target, launch::start);
    } catch (RuntimeException e) {
      String message = innermost(e);
      int refused = message.indexOf(KeepStateSettings.REFUSED);
      if (refused >= 0) {
        throw new ConfigException(List.of(message.substring(refused)));
      }
      throw e;
    }
  }

  /** The message of the innermost cause, or its class name if it has none. */
  public static String innermost(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /**
   * The uids of the job's stateful steps. Builds the job graph, which queries Kafka for partitions,
   * without running it.
   */
  public Set<String> steps() {
    return steps(graph());
  }

  /** The uids of the stateful steps of a job. */
  public static Set<String> steps(StreamGraph graph) {
    Set<String> steps = new TreeSet<>();
    for (StreamNode node : graph.getStreamNodes()) {
      if (node.getTransformationUID() != null) {
        steps.add(node.getTransformationUID());
      }
    }
    return steps;
  }

  /** The problem of a job that lacks steps whose state is to be restored. */
  public static String missingSteps(Set<String> missing) {
    return "the new job has no step "
        + String.join(", ", missing)
        + ", so their state would be lost. Keep the sinks, the dead-letter outputs and the"
        + " kinds of roll-ups, or discard the state with --allowNonRestoredState=true"
        + " (docs/flink.md, Upgrade)";
  }

  /** Builds the job graph without running it. Contacts only Kafka. */
  StreamGraph graph() {
    GraphCapture capture = new GraphCapture();
    try {
      PipelineResult unused = within(capture, launch::startWithTablesAsTheyAre);
    } catch (RuntimeException e) {
      if (capture.graph == null) {
        throw e;
      }
    }
    return capture.graph;
  }

  private <T> T within(StreamExecutionEnvironment target, Supplier<T> action) {
    String master = options.getFlinkMaster();
    // Makes Beam use the current environment.
    options.setFlinkMaster(AUTO);
    try {
      return new JobEnvironment(target, settings()).whileCurrent(action);
    } finally {
      options.setFlinkMaster(master);
    }
  }

  /** The environment that runs the job: the cluster of the flags, or the current one. */
  private StreamExecutionEnvironment target() {
    String master = options.getFlinkMaster().replaceFirst("^https?://", "");
    int colon = master.lastIndexOf(':');
    if (master.startsWith("[") && master.endsWith("]")) {
      return StreamExecutionEnvironment.getExecutionEnvironment();
    }
    Configuration configuration =
        options.getFlinkConfDir() == null
            ? new Configuration()
            : GlobalConfiguration.loadConfiguration(options.getFlinkConfDir());
    configuration.set(DeploymentOptions.ATTACHED, options.getAttachedMode());
    String savepoint = options.getSavepointPath();
    return new RemoteStreamEnvironment(
        colon < 0 ? master : master.substring(0, colon),
        colon < 0 ? DEFAULT_REST_PORT : Integer.parseInt(master.substring(colon + 1)),
        configuration,
        options.getFilesToStage().toArray(String[]::new),
        null,
        savepoint == null
            ? SavepointRestoreSettings.none()
            : SavepointRestoreSettings.forPath(savepoint, options.getAllowNonRestoredState()));
  }

  /** Whether Flink runs this main class; Flink then uses a class loader of the job. */
  static boolean isRunByFlink() {
    return FlinkMain.class.getClassLoader() != ClassLoader.getSystemClassLoader();
  }

  /** Whether Flink, which runs this program, waits until the job ends. */
  private static boolean isAttached() {
    return StreamExecutionEnvironment.getExecutionEnvironment()
        .getConfiguration()
        .get(DeploymentOptions.ATTACHED);
  }

  /** Captures the job graph instead of running it. */
  @SuppressWarnings("try") // Flink's environment may be interrupted while it closes
  private static final class GraphCapture extends StreamExecutionEnvironment {
    private StreamGraph graph;

    GraphCapture() {
      super(new Configuration());
    }

    @Override
    public JobClient executeAsync(StreamGraph captured) {
      graph = captured;
      throw new IllegalStateException("the graph was captured, not run");
    }
  }
}
