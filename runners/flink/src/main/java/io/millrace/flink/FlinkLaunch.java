package io.millrace.flink;

import io.millrace.io.flags.ConfigException;
import io.millrace.options.MillraceOptions;
import io.millrace.options.StateSettings;
import io.millrace.pipeline.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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

/** The pipeline made ready for a Flink cluster: flags read and checked, nothing touched yet. */
public record FlinkLaunch(FlinkPipelineOptions options, Launch launch) {
  private static final String LOCAL = "[local]";
  private static final String AUTO = "[auto]";
  private static final int DEFAULT_REST_PORT = 8081;

  /**
   * Reads flags, with the defaults of this runner.
   *
   * @throws ConfigException with every problem in them and in the contract
   */
  public static FlinkLaunch of(List<String> args) {
    MillraceOptions options = Launch.parse(FlinkDefaults.addTo(args));
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    List<String> problems = new ArrayList<>(FlinkFlagProblems.of(flink));
    if (isRunByFlink() && flink.getSavepointPath() != null) {
      problems.add(
          "--savepointPath: Flink submits this job and would ignore it; use Flink's own option,"
              + " `flink run -s PATH`");
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    if (isRunByFlink() && !isAttached()) {
      // Beam would ask for what the job has counted, which Flink cannot tell of a detached one: the
      // submission would fail, of a job that runs.
      flink.setAttachedMode(false);
    }
    if (flink.getFilesToStage() == null && !flink.getFlinkMaster().startsWith("[")) {
      FlinkMain.ownJar().ifPresent(jar -> flink.setFilesToStage(List.of(jar.toString())));
    }
    return new FlinkLaunch(flink, Launch.of(options));
  }

  /** What the job's saved state depends on. */
  public StateSettings settings() {
    return launch
        .stateSettings()
        .with("--maxParallelism", String.valueOf(options.getMaxParallelism()));
  }

  public int parallelism() {
    return options.getParallelism();
  }

  /**
   * Creates the tables that are missing and starts the job.
   *
   * @throws io.millrace.io.SinkException if the tables do not fit
   * @throws ConfigException if the state that the job is to go on from does not fit
   */
  public PipelineResult start() {
    if (options.getFlinkMaster().equals(LOCAL)) {
      return launch.start();
    }
    try {
      return within(target(), launch::start);
    } catch (RuntimeException e) {
      String message = innermost(e);
      int refused = message.indexOf(KeepStateSettings.REFUSED);
      if (refused >= 0) {
        throw new ConfigException(List.of(message.substring(refused)));
      }
      throw e;
    }
  }

  /** The message of the innermost cause, or its kind. */
  public static String innermost(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /**
   * The names by which the job's steps find their state. Builds the job, which asks Kafka for its
   * partitions, and runs nothing.
   */
  public Set<String> steps() {
    Set<String> steps = new TreeSet<>();
    for (StreamNode node : graph().getStreamNodes()) {
      if (node.getTransformationUID() != null) {
        steps.add(node.getTransformationUID());
      }
    }
    return steps;
  }

  /** The job as Flink would be given it. Asks nobody but Kafka, and runs nothing. */
  StreamGraph graph() {
    GraphTaker taker = new GraphTaker();
    try {
      PipelineResult unused = within(taker, launch::startWithTablesAsTheyAre);
    } catch (RuntimeException e) {
      if (taker.graph == null) {
        throw e;
      }
    }
    return taker.graph;
  }

  private <T> T within(StreamExecutionEnvironment target, Supplier<T> action) {
    String master = options.getFlinkMaster();
    // Beam then builds the job in the environment that is there.
    options.setFlinkMaster(AUTO);
    try {
      return new JobEnvironment(target, settings()).whileCurrent(action);
    } finally {
      options.setFlinkMaster(master);
    }
  }

  /** What runs the job: the cluster that the flags name, or whoever runs this program. */
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

  /** Flink runs a job's main class with a class loader of the job. */
  static boolean isRunByFlink() {
    return FlinkMain.class.getClassLoader() != ClassLoader.getSystemClassLoader();
  }

  /** Whether Flink, which runs this, waits for the job's end. */
  private static boolean isAttached() {
    return StreamExecutionEnvironment.getExecutionEnvironment()
        .getConfiguration()
        .get(DeploymentOptions.ATTACHED);
  }

  /** Takes a graph where it would be run. */
  @SuppressWarnings("try") // Flink's environment may be interrupted while it closes
  private static final class GraphTaker extends StreamExecutionEnvironment {
    private StreamGraph graph;

    GraphTaker() {
      super(new Configuration());
    }

    @Override
    public JobClient executeAsync(StreamGraph taken) {
      graph = taken;
      throw new IllegalStateException("the graph is taken, and not run");
    }
  }
}
