package io.millrace.cli.flink;

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
      "Flags, contract, tables, slots and what the job's state allows (docs/flink.md, Upgrade) are"
          + " checked before the job is stopped. If the new job does not start, the old one goes on"
          + " from the savepoint, with its own jar, flags and contract.",
      "Exit code 0: the new job runs. 2: it does not, and the message says what runs instead."
    },
    footer = {"", "Example: scripts/millrace upgrade --parallelism=4"})
public final class UpgradeCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Unmatched private List<String> flags = new ArrayList<>();

  @Override
  public Integer call() {
    SubmittedJob job =
        Upgrade.run(new ClusterUpgrade(SubmittedJob.last(), flags, System.err), System.err);
    JobOutput.submitted(job, json);
    return 0;
  }
}
