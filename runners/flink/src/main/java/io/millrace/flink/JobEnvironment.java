package io.millrace.flink;

import io.millrace.options.StateSettings;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * The environment in which Beam builds a job. Adds {@link KeepStateSettings} after the source and
 * delegates execution to another environment. Not thread-safe; for one job.
 */
@SuppressWarnings("try") // Flink's environment may be interrupted while it closes
final class JobEnvironment extends StreamExecutionEnvironment {
  private final StreamExecutionEnvironment target;
  private final StateSettings settings;
  private boolean kept;

  /**
   * Wraps an environment.
   *
   * @param target runs the job and provides the configuration
   * @param settings the settings that the job's state depends on
   */
  JobEnvironment(StreamExecutionEnvironment target, StateSettings settings) {
    super(
        Configuration.fromMap(target.getConfiguration().toMap()),
        Thread.currentThread().getContextClassLoader());
    this.target = target;
    this.settings = settings;
  }

  /** Runs an action with this as Flink's current environment. */
  <T> T whileCurrent(Supplier<T> action) {
    initializeContextEnvironment(configuration -> this);
    try {
      return action.get();
    } finally {
      resetContextEnvironment();
    }
  }

  @Override
  public <T> DataStreamSource<T> fromSource(
      Source<T, ?, ?> source,
      WatermarkStrategy<T> watermarks,
      String name,
      TypeInformation<T> type) {
    DataStreamSource<T> stream = super.fromSource(source, watermarks, name, type);
    if (!kept) {
      kept = true;
      stream
          .filter(new KeepStateSettings<>(settings))
          .name(KeepStateSettings.NAME)
          .uid(KeepStateSettings.NAME);
    }
    return stream;
  }

  @Override
  public JobClient executeAsync(StreamGraph graph) throws Exception {
    return target.executeAsync(graph);
  }

  @Override
  public JobExecutionResult execute(StreamGraph graph) throws Exception {
    return target.execute(graph);
  }
}
