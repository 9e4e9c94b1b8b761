package io.millrace.cli;

import io.millrace.cli.support.FlagCommand;
import io.millrace.cli.support.JsonObject;
import io.millrace.decode.FormatCheck;
import io.millrace.direct.DirectDefaults;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the preflight of a run. */
@Command(
    name = "check",
    description =
        "Checks source, sinks and schema registry, and compares tables and schemas with the contract."
            + " Changes nothing.")
final class CheckCommand extends FlagCommand {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  CheckCommand() {
    super(
        """
          Usage: scripts/millrace check [--json] FLAGS
          Checks whether `run` can start with the same flags. Changes nothing.
          A problem says whether `migrate` can fix it. Notes do not prevent a run from starting.

          Example: scripts/millrace check --input=kafka://127.0.0.1:19092/query-events\
           --output=clickhouse://127.0.0.1:18123/telemetry\
           --contract=test-data/contracts/query-events.yaml
          Example: scripts/millrace check --input=file:///var/archive/2026-03-*.jsonl.gz\
           --output=clickhouse://127.0.0.1:18123/telemetry\
           --contract=test-data/contracts/query-events.yaml

          """,
        "");
  }

  @Override
  protected int run(List<String> flags) {
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
    List<FormatCheck> decoding = launch.decoding();
    List<String> problems = new ArrayList<>(launch.problems());
    decoding.forEach(check -> problems.addAll(check.problems()));
    List<String> notes = new ArrayList<>(launch.notes());
    decoding.forEach(check -> notes.addAll(check.notes()));
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
