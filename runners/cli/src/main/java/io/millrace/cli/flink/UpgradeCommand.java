package io.millrace.cli.flink;

import io.millrace.io.flags.ConfigException;
import io.millrace.pipeline.FlagCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Upgrades a submitted job by a savepoint. */
@Command(
    name = "upgrade",
    mixinStandardHelpOptions = true,
    description = {
      "Stops a job submitted from this checkout with a savepoint, then submits the current jar from"
          + " that savepoint. Given flags replace those of the old job. No event is lost or counted"
          + " twice.",
      "Checks flags, contract, tables, slots and state compatibility (docs/flink.md, Upgrade)"
          + " before it stops the job. If the new job fails to start, the old job is restored from"
          + " the savepoint with its own jar, flags and contract.",
      "Exit code 0: the new job runs. 2: it does not run; the message says which job does."
    },
    footer = {"", "Example: scripts/millrace upgrade query-events --parallelism=4"})
public final class UpgradeCommand implements Callable<Integer> {
  @Mixin private final JobNameMixin name = new JobNameMixin();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Unmatched private List<String> flags = new ArrayList<>();

  @Override
  public Integer call() {
    // The class path has the options of other runners, too. The job jar refuses them.
    List<String> problems = FlagCheck.problems(flags, "FlinkRunner", List.of());
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    SubmittedJob job = Upgrade.run(new ClusterUpgrade(name.find(), flags, System.err), System.err);
    System.out.println(job.started(json));
    return 0;
  }
}
