package io.millrace.flink;

import io.millrace.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Stops the job that was submitted last with a savepoint, and starts it again from there. */
@Command(
    name = "upgrade",
    mixinStandardHelpOptions = true,
    description = {
      "Stops the job that was submitted last from here with a savepoint, and submits the jar as it is"
          + " built now from there, with the same flags but for those that are given. Nothing is lost"
          + " or counted twice.",
      "If the new job does not start, the savepoint stays, and its path is printed: the old jar can go"
          + " on from it."
    },
    footer = {"", "Example: scripts/millrace upgrade --parallelism=4"})
final class UpgradeCommand implements Callable<Integer> {
  /** What Flink keeps of the source in a savepoint: a job from there would go on with the old. */
  private static final List<String> IN_SAVEPOINTS = List.of("--input=", "--outOfOrderness=");

  /** By what identities are found again in a savepoint. */
  private static final List<String> KEYS_OF_STATE = List.of("--dedupShards=", "--maxParallelism=");

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Unmatched private List<String> flags = new ArrayList<>();

  @Override
  public Integer call() {
    List<String> mistakes = new ArrayList<>();
    for (String flag : IN_SAVEPOINTS) {
      if (SubmittedJob.value(flags, flag).isPresent()) {
        mistakes.add(
            flag.substring(0, flag.length() - 1)
                + ": a savepoint holds the source as it was; start a job without one to change it"
                + " (docs/flink.md)");
      }
    }
    for (String flag : KEYS_OF_STATE) {
      if (SubmittedJob.value(flags, flag).isPresent()) {
        mistakes.add(
            flag.substring(0, flag.length() - 1)
                + ": what a savepoint holds is kept by it, and would not be found again; start a job"
                + " without one to change it (docs/flink.md)");
      }
    }
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
    SubmittedJob old = SubmittedJob.last();
    List<String> all =
        SubmittedJob.replaced(SubmittedJob.replaced(old.flags(), cluster(old)), flags);
    String savepoint = old.job().stopWithSavepoint(false, SavepointCommand.LONGEST);
    // Its slots are free only then.
    old.job().awaitEnd(SavepointCommand.LONGEST);
    System.err.println("job " + old.id() + " stopped with savepoint " + savepoint);
    SubmittedJob job = Submission.submit(all, savepoint, System.err);
    Told.submitted(job, json);
    return 0;
  }

  private static List<String> cluster(SubmittedJob old) {
    return List.of("--flinkMaster=" + old.master());
  }
}
