package io.millrace.cli;

import io.millrace.cli.support.JsonObject;
import io.millrace.direct.DirectDefaults;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.RunHelp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Runs the preflight of a run. */
@Command(
    name = "check",
    description =
        "Checks source and sinks, and compares the tables with the contract. Changes nothing.")
final class CheckCommand implements Callable<Integer> {
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
      System.out.println("Usage: scripts/millrace check [--json] FLAGS");
      System.out.println("Checks whether `run` can start with the same flags. Changes nothing.");
      System.out.println(
          "A problem says whether `migrate` can fix it. Notes do not prevent a run from starting.");
      System.out.println();
      System.out.println(
          "Example: scripts/millrace check --input=kafka://127.0.0.1:19092/query-events"
              + " --output=clickhouse://127.0.0.1:18123/telemetry"
              + " --contract=test-data/contracts/query-events.yaml");
      System.out.println(
          "Example: scripts/millrace check --input=file:///var/archive/2026-03-*.jsonl.gz"
              + " --output=clickhouse://127.0.0.1:18123/telemetry"
              + " --contract=test-data/contracts/query-events.yaml");
      System.out.println();
      RunHelp.print(System.out);
      return 0;
    }
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
    List<String> problems = launch.problems();
    List<String> notes = launch.notes();
    if (json) {
      System.out.println(
          JsonObject.object()
              .put("ok", problems.isEmpty())
              .put("problems", problems)
              .put("notes", notes)
              .text());
    } else if (problems.isEmpty()) {
      System.out.println("ok: " + launch.route());
    }
    if (!json) {
      problems.forEach(problem -> System.err.println("millrace: " + problem));
      notes.forEach(note -> System.out.println("note: " + note));
    }
    return problems.isEmpty() ? 0 : ExitCodes.WRONG_USE;
  }
}
