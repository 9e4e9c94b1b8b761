package io.millrace.cli.flink;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes a savepoint of the last submitted job. */
@Command(
    name = "savepoint",
    mixinStandardHelpOptions = true,
    description =
        "Takes a savepoint of the last job submitted from this checkout and prints its path. The"
            + " job keeps running.",
    footer = {"", "Example: scripts/millrace savepoint"})
public final class SavepointCommand implements Callable<Integer> {
  static final Duration LONGEST = Duration.ofMinutes(5);

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    SubmittedJob job = SubmittedJob.last();
    String savepoint = job.job().savepoint(LONGEST);
    System.out.println(json ? job.toJson().put("savepoint", savepoint).text() : savepoint);
    return 0;
  }
}
