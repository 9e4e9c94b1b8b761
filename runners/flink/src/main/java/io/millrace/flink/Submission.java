package io.millrace.flink;

import io.millrace.local.FlinkJobJar;
import io.millrace.local.FlinkRest;
import io.millrace.local.LocalStackException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Sends the pipeline to a Flink cluster as a job that runs on by itself. */
final class Submission {
  private static final Duration LONGEST_START = Duration.ofMinutes(2);

  private Submission() {}

  /**
   * Submits, waits until every task runs, and remembers the job.
   *
   * @param flags Millrace's, Beam's and its Flink runner's; what is missing of the cluster, the job
   *     jar and the parallelism is added
   * @param savepoint where the job goes on from; empty: from the beginning
   * @throws LocalStackException if the cluster does not answer, has no free slot, or ends the job
   */
  static SubmittedJob submit(List<String> flags, String savepoint, PrintStream out) {
    String master = SubmittedJob.master(flags);
    FlinkRest cluster = FlinkRest.at("http://" + master);
    List<String> all = new ArrayList<>(flags);
    add(all, "--flinkMaster=", master);
    add(all, "--attachedMode=", "false");
    add(all, "--filesToStage=", FlinkJobJar.find().toString());
    int slots = cluster.overview().freeSlots();
    if (slots == 0) {
      throw new LocalStackException(
          "flink at " + master + " has no free slot: cancel a job, or start more TaskManagers");
    }
    add(all, "--parallelism=", String.valueOf(slots));
    Set<String> before =
        cluster.jobs().stream().map(FlinkRest.JobSummary::id).collect(Collectors.toSet());
    List<String> submitted = new ArrayList<>(all);
    if (!savepoint.isEmpty()) {
      submitted.add("--savepointPath=" + savepoint);
    }
    FlinkMain.submit(submitted, out);
    String id =
        cluster.jobs().stream()
            .map(FlinkRest.JobSummary::id)
            .filter(job -> !before.contains(job))
            .findFirst()
            .orElseThrow(
                () -> new LocalStackException("flink at " + master + " does not list the job"));
    // As they were given: what they leave open, an upgrade finds anew.
    SubmittedJob job = new SubmittedJob(master, id, flags);
    job.remember();
    job.job().awaitRunning(LONGEST_START);
    return job;
  }

  private static void add(List<String> flags, String name, String value) {
    if (SubmittedJob.value(flags, name).isEmpty()) {
      flags.add(name + value);
    }
  }
}
