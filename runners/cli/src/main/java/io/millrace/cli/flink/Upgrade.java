package io.millrace.cli.flink;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.io.flags.ConfigException;
import io.millrace.pipeline.ExitCodes;
import java.io.PrintStream;
import java.util.List;

/**
 * Replaces a job by a new one that restores its savepoint. If the new job fails, the old one is
 * restarted. If that fails too, the error names the savepoint.
 */
record Upgrade(Jobs jobs, PrintStream out) {
  /** The operations on a cluster. Each throws the exceptions of {@link JobSubmission}. */
  interface Jobs {
    /** The problems of the new job that are detectable while the old one runs. */
    List<String> problems();

    /** Stops the old job and returns its savepoint; if this fails, the old job keeps running. */
    String stop();

    /** Starts the new job from the savepoint and waits until it is steady. */
    SubmittedJob startNew(String savepoint);

    /** Restarts the old job from the savepoint with its own jar, flags and contract. */
    SubmittedJob startOld(String savepoint);
  }

  /**
   * Upgrades a job.
   *
   * @param out receives progress and the savepoint's path
   * @return the new job
   * @throws ConfigException if there are problems; the old job keeps running
   * @throws FlinkClientException if the new job fails; the message says which job runs
   */
  static SubmittedJob run(Jobs jobs, PrintStream out) {
    return new Upgrade(jobs, out).run();
  }

  private SubmittedJob run() {
    List<String> problems = jobs.problems();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    String savepoint = jobs.stop();
    out.println("stopped with savepoint " + savepoint);
    try {
      return jobs.startNew(savepoint);
    } catch (RuntimeException e) {
      throw new FlinkClientException(
          "the new job failed to start: " + summary(e) + "\n" + restartOld(savepoint), e);
    }
  }

  private String restartOld(String savepoint) {
    try {
      out.println("the new job failed to start; restarting the old job");
      SubmittedJob old = jobs.startOld(savepoint);
      return ("the old job was restored from the savepoint and runs as job %s at http://%s; no"
              + " data was lost")
          .formatted(old.id(), old.master());
    } catch (RuntimeException e) {
      return ("the old job failed to restart: %s\nno job is running; the savepoint is intact."
              + " Start a job from it with `scripts/millrace submit-flink --savepointPath=%s`"
              + " and the job's other flags")
          .formatted(summary(e), savepoint);
    }
  }

  private static String summary(RuntimeException e) {
    List<String> problems = ExitCodes.problems(e);
    String all = problems == null ? String.valueOf(e.getMessage()) : String.join("; ", problems);
    return all.lines().findFirst().orElse("");
  }
}
