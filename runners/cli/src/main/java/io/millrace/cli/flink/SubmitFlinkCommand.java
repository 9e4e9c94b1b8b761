package io.millrace.cli.flink;

import io.millrace.cli.support.FlagCommand;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Submits the pipeline to a Flink cluster. */
@Command(name = "submit-flink", description = "Submits the pipeline to a Flink cluster.")
public final class SubmitFlinkCommand extends FlagCommand {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  public SubmitFlinkCommand() {
    super(
        """
          Usage: scripts/millrace submit-flink [--json] [--flinkMaster=HOST:PORT]
                 [--jobName=NAME] FLAGS
          Submits the pipeline as a detached job to the Flink cluster of --flinkMaster. The
          default is the cluster of `scripts/millrace up --flink`. Returns once all tasks run.
          Without --parallelism, the job takes all free slots.
          A cluster runs one job of each name; without --jobName it is millrace. The commands
          savepoint and upgrade find the job by its name.

            --json
                Print the job's id, name and cluster as one JSON object.
          """,
        """

          Example: scripts/millrace submit-flink --input=kafka://127.0.0.1:19092/query-events\
           --output=clickhouse://127.0.0.1:18123/telemetry\
           --contract=test-data/contracts/query-events.yaml --parallelism=2\
           --jobName=query-events
          """);
  }

  @Override
  protected int run(List<String> flags) {
    System.out.println(JobSubmission.submit(flags, System.err).started(json));
    return 0;
  }
}
