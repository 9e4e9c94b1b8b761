package io.millrace.cli.flink;

import io.millrace.flink.client.FlinkClientException;
import io.millrace.io.flags.ConfigException;
import io.millrace.pipeline.ExitCodes;
import java.io.PrintStream;
import java.util.List;

/**
 * One job in place of another, which goes on from where that stopped. Whatever happens, one of the
 * two runs at the end, or it is said that none does and where the savepoint is.
 */
record Upgrade(Jobs jobs, PrintStream out) {
  /** What an upgrade does to a cluster. Each method fails as {@link JobSubmission} does. */
  interface Jobs {
    /** Everything that keeps the new job from starting and can be known while the old one runs. */
    List<String> problems();

    /** Stops the old job and returns its savepoint; if it fails, the old job still runs. */
    String stop();

    /** Starts the new job from the savepoint, and waits until it runs steadily. */
    SubmittedJob startNew(String savepoint);

    /** Starts the old job from the savepoint, as it was before. */
    SubmittedJob startOld(String savepoint);
  }

  /**
   * Upgrades.
   *
   * @param out is told where the savepoint is
   * @return the new job
   * @throws ConfigException if there are problems; the old job was not touched
   * @throws FlinkClientException if the new job does not start, with what runs instead
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
          "the new job does not start: " + summary(e) + "\n" + goOn(savepoint), e);
    }
  }

  private String goOn(String savepoint) {
    try {
      out.println("the new job does not start; starting the old one again");
      SubmittedJob old = jobs.startOld(savepoint);
      return "the old job goes on from the savepoint as job "
          + old.id()
          + " at http://"
          + old.master()
          + "; nothing is lost";
    } catch (RuntimeException e) {
      return "the old job does not start either: "
          + summary(e)
          + "\nno job runs now; the savepoint stays: start one from it with `scripts/millrace"
          + " submit-flink --savepointPath="
          + savepoint
          + "` and its other flags";
    }
  }

  private static String summary(RuntimeException e) {
    List<String> problems = ExitCodes.problems(e);
    String all = problems == null ? String.valueOf(e.getMessage()) : String.join("; ", problems);
    return all.lines().findFirst().orElse("");
  }
}
