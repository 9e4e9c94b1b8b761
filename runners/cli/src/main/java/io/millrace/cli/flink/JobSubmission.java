package io.millrace.cli.flink;

import io.millrace.flink.FlinkLaunch;
import io.millrace.flink.client.FlinkClientException;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.flink.client.FlinkRest;
import io.millrace.flink.client.Poll;
import io.millrace.io.SinkException;
import io.millrace.io.SourceException;
import io.millrace.io.flags.ConfigException;
import io.millrace.io.flags.RunnerProfile;
import io.millrace.local.process.MillraceHome;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Submits the pipeline to a Flink cluster as a detached job. */
final class JobSubmission {
  static final Duration LONGEST_START = Duration.ofMinutes(2);

  /** A job has started once its tasks run this long without a failure. */
  private static final Duration STEADY = Duration.ofSeconds(30);

  private static final String SAVEPOINT = "--savepointPath=";

  /** Flags that are not remembered, because an upgrade restores another savepoint. */
  static final List<String> RESTORE_FLAGS = List.of(SAVEPOINT, "--allowNonRestoredState=");

  private JobSubmission() {}

  /**
   * Submits and remembers a job, then waits until all its tasks run.
   *
   * @param flags Millrace's, Beam's and the Flink runner's; cluster, job jar and parallelism are
   *     added if missing
   * @throws FlinkClientException if the cluster is unreachable, has no free slot, or ends the job
   */
  static SubmittedJob submit(List<String> flags, PrintStream out) {
    SubmittedJob job = start(flags, out);
    job.job().awaitRunning(LONGEST_START);
    SubmittedJobs.deleteUnusedCopies();
    return job;
  }

  /**
   * Submits and remembers a job without waiting for its tasks.
   *
   * @throws FlinkClientException if the cluster is unreachable, rejects the job, has no free slot,
   *     or runs another job of this name
   */
  static SubmittedJob start(List<String> flags, PrintStream out) {
    String master = SubmittedJob.master(flags);
    FlinkRest cluster = FlinkRest.at("http://" + master);
    requireNoOther(cluster, SubmittedJob.name(flags));
    int slots = cluster.overview().freeSlots();
    if (slots == 0) {
      throw new FlinkClientException(
          "flink at " + master + " has no free slot. Cancel a job or start more TaskManagers");
    }
    FlinkLaunch launch = FlinkLaunch.of(complete(flags, master, slots));
    List<String> problems = launch.launch().problems();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    List<String> steps = List.copyOf(launch.steps());
    String id = idOfNew(cluster, () -> start(launch, out));
    // The flags without defaults: an upgrade determines the defaults again.
    SubmittedJob job =
        new SubmittedJob(
            master,
            id,
            SubmittedJob.without(flags, RESTORE_FLAGS),
            launch.settings().toJson(),
            steps);
    job.keep(FlinkJobJar.find(MillraceHome.root()));
    SubmittedJobs.remember(job);
    return job;
  }

  /** Two jobs of one name read the same records twice, or cannot be told apart. */
  private static void requireNoOther(FlinkRest cluster, String name) {
    for (FlinkRest.JobSummary job : cluster.jobs()) {
      if (job.name().equals(name) && !job.hasEnded()) {
        throw new FlinkClientException(
            ("a job named %s runs already at %s, as %s. Give the new one another --jobName, or"
                    + " replace the running one with `scripts/millrace upgrade %s`")
                .formatted(name, cluster.address(), job.id(), name));
      }
    }
  }

  private static Void start(FlinkLaunch launch, PrintStream out) {
    try {
      var unused = launch.start();
    } catch (ConfigException | SinkException | SourceException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new FlinkClientException("Flink rejected the job: " + FlinkLaunch.innermost(e), e);
    }
    out.println("submitted: " + launch.launch().route());
    return null;
  }

  /** Adds the flags that a detached submission needs, where they are missing. */
  static List<String> complete(List<String> flags, String master, int slots) {
    return RunnerProfile.FLINK.withDefaults(
        flags,
        List.of(
            "--flinkMaster=" + master,
            "--attachedMode=false",
            "--filesToStage=" + FlinkJobJar.find(MillraceHome.root()),
            "--parallelism=" + slots));
  }

  /** Runs an action that submits a job, and returns the new job's id. */
  static String idOfNew(FlinkRest cluster, Supplier<?> action) {
    Set<String> before =
        cluster.jobs().stream().map(FlinkRest.JobSummary::id).collect(Collectors.toSet());
    Object unused = action.get();
    return cluster.jobs().stream()
        .map(FlinkRest.JobSummary::id)
        .filter(job -> !before.contains(job))
        .findFirst()
        .orElseThrow(
            () ->
                new FlinkClientException(
                    "flink at " + cluster.address() + " does not list the submitted job"));
  }

  /** The flags, with a savepoint to restore. */
  static List<String> from(List<String> flags, String savepoint) {
    List<String> all = new ArrayList<>(SubmittedJob.without(flags, List.of(SAVEPOINT)));
    all.add(SAVEPOINT + savepoint);
    return all;
  }

  /**
   * Waits until a job has completed a checkpoint or run for {@link #STEADY} without a failure.
   *
   * @throws FlinkClientException as soon as a task fails or the job ends
   */
  static void awaitSteady(FlinkJob job) {
    long[] running = {0};
    Poll.until(
        LONGEST_START.plus(STEADY),
        () -> {
          FlinkJob.Detail detail = job.detail();
          List<FlinkJob.Failure> failures = job.failures();
          if (!failures.isEmpty() || detail.hasEnded()) {
            throw new FlinkClientException(
                "job "
                    + job.id()
                    + " is "
                    + detail.state()
                    + (failures.isEmpty() ? "" : ": " + failures.get(0).summary()));
          }
          if (!detail.allTasksRun()) {
            return false;
          }
          if (running[0] == 0) {
            running[0] = System.nanoTime();
          }
          return job.checkpoints().completed() > 0
              || System.nanoTime() - running[0] > STEADY.toNanos();
        },
        () -> "job " + job.id() + " is not running after " + LONGEST_START.toSeconds() + " s");
  }
}
