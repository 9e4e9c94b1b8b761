package io.millrace.flink.embedded;

import io.millrace.flink.FlinkLaunch;
import io.millrace.io.flags.ConfigException;
import io.millrace.options.StateSettings;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Checkpoints;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.StepMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointException;
import org.apache.flink.runtime.checkpoint.CheckpointFailureReason;
import org.apache.flink.runtime.client.JobInitializationException;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.ExceptionUtils;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A run on a Flink in this process that continues where the last run of its directory was, however
 * that run ended.
 *
 * <p>The state contains the position in the source, the identities for deduplication, open windows
 * and waiting rows. Rows that were written after the last snapshot are written again; the tables'
 * engine and exact views absorb them.
 *
 * <p>The directory is locked from {@link #prepare} to {@link #close}. Not thread-safe.
 */
public final class StatefulRun implements AutoCloseable {
  /** Between attempts to stop a job that is not started yet. */
  private static final Duration RETRY = Duration.ofMillis(100);

  private final StateDirectory directory;
  private final Optional<SavedState> saved;
  private final FlinkLaunch launch;
  private final List<String> flags;
  private final String stateBackend;
  private @Nullable EmbeddedFlink flink;
  private @Nullable Path run;
  private @Nullable PipelineResult result;
  private @Nullable JobClient job;
  private @Nullable CompletableFuture<JobExecutionResult> ended;
  private boolean tidy;

  private StatefulRun(
      StateDirectory directory,
      Optional<SavedState> saved,
      FlinkLaunch launch,
      List<String> flags,
      String stateBackend) {
    this.directory = directory;
    this.saved = saved;
    this.launch = launch;
    this.flags = flags;
    this.stateBackend = stateBackend;
  }

  /**
   * Locks the directory and compares its state with the flags and the contract. Contacts nothing.
   *
   * @param flags of Millrace and Beam; missing ones get the defaults of {@link EmbeddedFlags}
   * @param note receives what a person should know about the state, line by line
   * @throws ConfigException with every problem of the flags and of the contract, if another run
   *     uses the directory, or if its state does not fit
   */
  public static StatefulRun prepare(Path path, List<String> flags, Consumer<String> note) {
    List<String> problems = new ArrayList<>(EmbeddedFlags.problems(flags));
    StateDirectory directory = StateDirectory.lock(path);
    boolean ready = false;
    try {
      Optional<SavedState> saved = directory.newest(note);
      String id = saved.map(state -> state.record().run()).orElse(UUID.randomUUID().toString());
      FlinkLaunch launch = launch(EmbeddedFlags.addTo(flags, path), id, problems);
      FlinkPipelineOptions options = launch.options();
      String backend =
          options.getStateBackend() == null
              ? EmbeddedFlags.HEAP
              : options.getStateBackend().toLowerCase(Locale.ROOT);
      // Set in Flink's configuration, where RocksDB is incremental.
      options.setStateBackend(null);
      options.setStateBackendStoragePath(null);
      StatefulRun run = new StatefulRun(directory, saved, launch, flags, backend);
      run.compare(note);
      ready = true;
      return run;
    } finally {
      if (!ready) {
        directory.close();
      }
    }
  }

  private static FlinkLaunch launch(List<String> flags, String id, List<String> problems) {
    try {
      FlinkLaunch launch = FlinkLaunch.of(flags, id);
      if (problems.isEmpty()) {
        return launch;
      }
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
    throw new ConfigException(problems);
  }

  /** Rejects settings that do not fit the state, and tells those that changed. */
  private void compare(Consumer<String> note) {
    if (saved.isEmpty()) {
      note.accept("state in " + directory + ": none yet, so the run starts at the beginning");
      return;
    }
    SavedState state = saved.get();
    StateSettings before = state.record().stateSettings();
    StateSettings now = launch.settings();
    List<String> conflicts = new ArrayList<>(before.conflictsWith(now));
    if (!state.isSavepoint() && !state.record().stateBackend().equals(stateBackend)) {
      conflicts.add(
          ("--stateBackend: `%s`, but the last run ended without a savepoint, and its checkpoint is"
                  + " of `%s`. Run with `%s` once and stop with Ctrl-C, then change it")
              .formatted(
                  stateBackend, state.record().stateBackend(), state.record().stateBackend()));
    }
    refuse(conflicts);
    note.accept("state in " + directory + ": continues from the " + state.text());
    List<String> changes = changes(before.values(), now.values());
    if (!changes.isEmpty()) {
      note.accept("changed since then: " + String.join(", ", changes));
    }
  }

  private void refuse(List<String> conflicts) {
    if (!conflicts.isEmpty()) {
      List<String> lines = new ArrayList<>();
      conflicts.forEach(
          conflict -> lines.add("the state in " + directory + " does not fit: " + conflict));
      lines.add("to start without the state, use another directory in --state");
      throw new ConfigException(lines);
    }
  }

  private static List<String> changes(Map<String, String> before, Map<String, String> now) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      String old = before.get(name);
      String next = now.get(name);
      if (old == null) {
        changes.add(name + " is new");
      } else if (next == null) {
        changes.add(name + " is gone");
      } else if (!old.equals(next)) {
        changes.add(name + " `" + old + "` is now `" + next + "`");
      }
    }
    return changes;
  }

  /** The pipeline. */
  public Launch launch() {
    return launch.launch();
  }

  /** Whether it continues an earlier run. */
  public boolean isResumed() {
    return saved.isPresent();
  }

  /**
   * Creates missing tables, starts Flink and the job.
   *
   * @throws io.millrace.io.SinkException if the tables do not fit the contract
   * @throws ConfigException if Flink cannot restore the state
   */
  public void start() {
    FlinkPipelineOptions options = launch.options();
    run = directory.newRun();
    Configuration configuration =
        EmbeddedFlink.configuration(
            options.getParallelism(),
            directory.work(),
            run,
            stateBackend.equals(EmbeddedFlags.ROCKS_DB));
    flink = EmbeddedFlink.start(configuration, options.getParallelism());
    SavepointRestoreSettings restore =
        saved
            .map(
                state ->
                    SavepointRestoreSettings.forPath(
                        state.snapshot().toUri().toString(), options.getAllowNonRestoredState()))
            .orElse(SavepointRestoreSettings.none());
    try {
      result = launch.startOn(flink.environment(restore, this::record, this::started));
    } catch (RuntimeException e) {
      // Beam wraps what happens while Flink takes the job.
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof ConfigException problems) {
          throw problems;
        }
        if (cause instanceof JobInitializationException && saved.isPresent()) {
          refuse(List.of(FlinkLaunch.innermost(cause)));
        }
      }
      throw e;
    }
  }

  /** Checks and stores the steps of the job that is about to start. */
  private void record(StreamGraph graph) {
    Set<String> steps = FlinkLaunch.steps(graph);
    if (saved.isPresent() && !launch.options().getAllowNonRestoredState()) {
      Set<String> gone = new TreeSet<>(saved.get().record().steps());
      gone.removeAll(steps);
      if (!gone.isEmpty()) {
        refuse(List.of(FlinkLaunch.missingSteps(gone)));
      }
    }
    StateDirectory.write(
        run,
        new RunRecord(
            launch().runId(), stateBackend, launch.settings().values(), List.copyOf(steps), flags));
  }

  private void started(JobClient client) {
    job = client;
    ended = client.getJobExecutionResult();
  }

  /** The current equation of each sink, by name; exact once the job has ended. */
  public Map<String, Balance> balances() {
    return ended.isDone()
        ? launch().balances(result)
        : launch().balances(flink.metrics().counters());
  }

  /** The metrics of its job, by step. */
  public StepMetrics stepMetrics() {
    return flink.metrics();
  }

  /** Its checkpoints; none before its job has started or after its end. */
  public Checkpoints checkpoints() {
    return flink == null || job == null ? Checkpoints.NONE : flink.checkpoints(job.getJobID());
  }

  /** Whether its job runs. */
  public boolean isRunning() {
    return ended != null && !ended.isDone();
  }

  /**
   * Fails if the job has failed. Deletes the state of earlier runs once this run has its own; call
   * it from time to time.
   *
   * @throws PipelineExecutionException with the job's failure
   */
  public void requireRunning() {
    if (!tidy && directory.hasSnapshot(run)) {
      directory.deleteOthers(run);
      tidy = true;
    }
    if (ended.isDone()) {
      try {
        Object unused = ended.get();
      } catch (ExecutionException e) {
        throw new PipelineExecutionException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Stops the job with a savepoint, from which the next run continues without replay. Without one
   * in time, the next run continues from the last checkpoint.
   *
   * @param longest time to wait for the savepoint: it waits for rows that are being written
   * @return whether there is a savepoint
   */
  public boolean stop(Duration longest) {
    long deadline = System.nanoTime() + longest.toNanos();
    try {
      while (true) {
        try {
          Object unused =
              job.stopWithSavepoint(false, run.toUri().toString(), SavepointFormatType.CANONICAL)
                  .get(longest.toMillis(), TimeUnit.MILLISECONDS);
          break;
        } catch (ExecutionException e) {
          // A run with nothing to read may stop before Flink has started all its tasks.
          if (!isStarting(e) || System.nanoTime() > deadline) {
            return false;
          }
          Thread.sleep(RETRY.toMillis());
        }
      }
      Object result = ended.get(longest.toMillis(), TimeUnit.MILLISECONDS);
      directory.deleteOthers(run);
      return result != null;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean isStarting(ExecutionException refusal) {
    return ExceptionUtils.findThrowable(refusal, CheckpointException.class)
        .map(CheckpointException::getCheckpointFailureReason)
        .filter(CheckpointFailureReason.NOT_ALL_REQUIRED_TASKS_RUNNING::equals)
        .isPresent();
  }

  /** Ends the job, if it runs, and unlocks the directory. */
  @Override
  public void close() {
    if (flink != null) {
      flink.close();
      flink = null;
    }
    directory.close();
  }
}
