package io.millrace.cli.deadletters;

import io.millrace.cli.support.CommandErrors;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Counts or lists dead letters. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts dead letters by code, stage and contract, or lists them one by one. Reads the table of",
      "ClickHouse, or a topic or files with --from. Changes nothing. Those that a replay has brought",
      "to another outcome are left out of the table's, unless --all is given."
    },
    footer = {
      "",
      "Example: scripts/millrace dead-letters list --output=clickhouse://127.0.0.1:18123/telemetry",
      "Example: scripts/millrace dead-letters list --output=clickhouse://127.0.0.1:18123/telemetry"
          + " --each --code=wrong_type --since=2026-03-01T00:00:00Z",
      "Example: scripts/millrace dead-letters list --from=kafka://127.0.0.1:19092/events-dead"
          + " --where=\"bytes > 1000 && attempt == 1\""
    })
final class ListCommand implements Callable<Integer> {
  @Mixin LetterFlags flags = new LetterFlags();

  @Option(names = "--each", description = "Print one line for each dead letter.")
  boolean each;

  @Option(
      names = "--all",
      description = "Also take those that a replay has brought to another outcome.")
  boolean all;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "0",
      description = "Take N dead letters at most. Default: all")
  long limit;

  @Option(
      names = "--json",
      description = "Print one JSON object; with --each, one for each dead letter.")
  boolean json;

  @Spec CommandSpec spec;

  private long taken;

  @Override
  public Integer call() {
    CommandErrors.atLeast(spec, "--limit", 0, limit);
    LetterFlags.Query query = flags.read(null, all);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    LetterSummary summary = new LetterSummary();
    query
        .store()
        .read(
            query.filter(),
            false,
            letter -> {
              if (limit > 0 && taken >= limit) {
                return;
              }
              taken++;
              if (each) {
                out.println(json ? LetterText.json(letter).text() : LetterText.line(letter));
              } else {
                summary.add(letter);
              }
            });
    if (!each) {
      out.println(json ? summary.json() : summary.text());
    }
    out.flush();
    return 0;
  }
}
