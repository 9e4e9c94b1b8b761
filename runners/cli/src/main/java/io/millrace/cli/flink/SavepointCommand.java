package io.millrace.cli.flink;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a savepoint of a submitted job. */
@Command(
    name = "savepoint",
    mixinStandardHelpOptions = true,
    description =
        "Takes a savepoint of a job submitted from this checkout and prints its path. The job keeps"
            + " running.",
    footer = {"", "Example: scripts/millrace savepoint query-events"})
public final class SavepointCommand implements Callable<Integer> {
  static final Duration LONGEST = Duration.ofMinutes(5);

  @Mixin private final JobNameMixin job = new JobNameMixin();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    SubmittedJob submitted = job.find();
    String savepoint = submitted.job().savepoint(LONGEST);
    System.out.println(json ? submitted.toJson().put("savepoint", savepoint).text() : savepoint);
    return 0;
  }
}
