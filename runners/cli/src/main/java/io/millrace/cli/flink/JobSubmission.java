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
import io.millrace.local.process.MillraceHome;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Sends the pipeline to a Flink cluster as a job that runs on by itself. */
final class JobSubmission {
  static final Duration LONGEST_START = Duration.ofMinutes(2);

  /** A job whose tasks have run so long without a failure has started. */
  private static final Duration STEADY = Duration.ofSeconds(30);

  private static final String SAVEPOINT = "--savepointPath=";

  /** What a job began from is no part of what it is: an upgrade begins from elsewhere. */
  static final List<String> BEGINNINGS = List.of(SAVEPOINT, "--allowNonRestoredState=");

  private JobSubmission() {}

  /**
   * Submits, remembers the job, and waits until every task runs.
   *
   * @param flags Millrace's, Beam's and its Flink runner's; what is missing of the cluster, the job
   *     jar and the parallelism is added
   * @throws FlinkClientException if the cluster does not answer, has no free slot, or ends the job
   */
  static SubmittedJob submit(List<String> flags, PrintStream out) {
    SubmittedJob job = start(flags, out);
    job.job().awaitRunning(LONGEST_START);
    job.forgetOthers();
    return job;
  }

  /**
   * Submits and remembers the job, which need not run yet.
   *
   * @throws FlinkClientException if the cluster does not answer or take the job, or has no free
   *     slot
   */
  static SubmittedJob start(List<String> flags, PrintStream out) {
    String master = SubmittedJob.master(flags);
    FlinkRest cluster = FlinkRest.at("http://" + master);
    int slots = cluster.overview().freeSlots();
    if (slots == 0) {
      throw new FlinkClientException(
          "flink at " + master + " has no free slot: cancel a job, or start more TaskManagers");
    }
    FlinkLaunch launch = FlinkLaunch.of(complete(flags, master, slots));
    List<String> problems = launch.launch().problems();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    List<String> steps = List.copyOf(launch.steps());
    String id = idOfNew(cluster, () -> start(launch, out));
    // As they were given: what they leave open, an upgrade finds anew.
    SubmittedJob job =
        new SubmittedJob(
            master, id, SubmittedJob.without(flags, BEGINNINGS), launch.settings().toJson(), steps);
    job.keep(FlinkJobJar.find(MillraceHome.root()));
    job.remember();
    return job;
  }

  private static Void start(FlinkLaunch launch, PrintStream out) {
    try {
      var unused = launch.start();
    } catch (ConfigException | SinkException | SourceException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new FlinkClientException("Flink does not take the job: " + FlinkLaunch.innermost(e), e);
    }
    out.println("submitted: " + launch.launch().route());
    return null;
  }

  /** Flags with what a submission from here needs. */
  static List<String> complete(List<String> flags, String master, int slots) {
    List<String> all = new ArrayList<>(flags);
    Path jar = FlinkJobJar.find(MillraceHome.root());
    add(all, "--flinkMaster=", master);
    add(all, "--attachedMode=", "false");
    add(all, "--filesToStage=", jar.toString());
    add(all, "--parallelism=", String.valueOf(slots));
    return all;
  }

  /** The job that is on a cluster after something is done, and was not before. */
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
                    "flink at " + cluster.address() + " does not list the job"));
  }

  /** Flags that begin from a savepoint. */
  static List<String> from(List<String> flags, String savepoint) {
    List<String> all = new ArrayList<>(SubmittedJob.without(flags, List.of(SAVEPOINT)));
    all.add(SAVEPOINT + savepoint);
    return all;
  }

  /**
   * Waits until a job has a checkpoint of its own, or runs for a while without a failure.
   *
   * @throws FlinkClientException as soon as a task of it fails or the job ends
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
        () -> "job " + job.id() + " does not run after " + LONGEST_START.toSeconds() + " s");
  }

  private static void add(List<String> flags, String name, String value) {
    if (SubmittedJob.value(flags, name).isEmpty()) {
      flags.add(name + value);
    }
  }
}
