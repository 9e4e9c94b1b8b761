package io.millrace.cli.flink;

import io.millrace.pipeline.RunHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Submits the pipeline to a Flink cluster. */
@Command(name = "submit-flink", description = "Submits the pipeline to a Flink cluster.")
public final class SubmitFlinkCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      description = "Show this help.")
  private boolean help;

  @Unmatched private List<String> flags = new ArrayList<>();

  @Override
  public Integer call() {
    if (help) {
      help();
      return 0;
    }
    SubmittedJob job = JobSubmission.submit(flags, System.err);
    JobOutput.submitted(job, json);
    return 0;
  }

  private static void help() {
    System.out.println(
        "Usage: scripts/millrace submit-flink [--json] [--flinkMaster=HOST:PORT] FLAGS");
    System.out.println(
        "Submits the pipeline as a detached job to the Flink cluster of --flinkMaster. The default");
    System.out.println(
        "is the cluster of `scripts/millrace up --flink`. Returns once all tasks run. Without");
    System.out.println("--parallelism, the job takes all free slots.");
    System.out.println();
    System.out.println("  --json");
    System.out.println("      Print the job's id and cluster as one JSON object.");
    RunHelp.print(System.out);
    System.out.println();
    System.out.println(
        "Example: scripts/millrace submit-flink --input=kafka://127.0.0.1:19092/query-events"
            + " --output=clickhouse://127.0.0.1:18123/telemetry"
            + " --contract=test-data/contracts/query-events.yaml --parallelism=2");
  }
}
