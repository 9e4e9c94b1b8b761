package io.millrace.cli;

import io.millrace.cli.support.FlagCommand;
import io.millrace.cli.support.JsonObject;
import io.millrace.direct.DirectDefaults;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.pipeline.ExitCodes;
import io.millrace.pipeline.Launch;
import io.millrace.pipeline.SinkTables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the tables fit the contract. */
@Command(
    name = "migrate",
    description = "Changes the tables to fit the contract, where that is safe; refuses the rest.")
final class MigrateCommand extends FlagCommand {
  @Option(names = "--dryRun", description = "Print the changes and make none.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  MigrateCommand() {
    super(
        """
        Usage: scripts/millrace migrate [--dryRun] [--json] FLAGS
        Changes the tables to fit the contract: the flags are those of `run`, --input may be
        left out. Prints each change with its statement. Only what is safe is changed: columns
        added or widened, defaults, settings, a longer TTL, views, and tables that are missing.
        Of a table with a difference that is not safe nothing is changed. Pipelines may go on
        writing, also by an older contract. A second time there is nothing to do.

          --dryRun
              Print the changes and make none.
          --json
              Print one JSON object.
        """,
        """

        Exit code: 0 if the tables fit now (or would), 2 if something is refused.

        Example: scripts/millrace migrate --dryRun\
         --output=clickhouse://127.0.0.1:18123/telemetry\
         --contract=test-data/contracts/query-events.yaml
        """);
  }

  @Override
  protected int run(List<String> flags) {
    SinkTables tables = SinkTables.of(Launch.parse(DirectDefaults.addTo(flags)));
    SinkMigration migration =
        tables.migrate(
            dryRun,
            change -> {
              if (!json) {
                System.out.println(line(change));
              }
            });
    boolean fits = migration.refused().isEmpty();
    if (json) {
      System.out.println(
          JsonObject.object()
              .put("ok", fits)
              .put("dryRun", dryRun)
              .put("changes", migration.changes().stream().map(MigrateCommand::object).toList())
              .put("refused", migration.refused())
              .text());
      return fits ? 0 : ExitCodes.WRONG_USE;
    }
    migration.refused().forEach(line -> System.err.println("millrace: " + line));
    if (fits) {
      System.out.println("ok: " + summary(migration.changes().size()) + tables.address());
    }
    return fits ? 0 : ExitCodes.WRONG_USE;
  }

  private String summary(int changes) {
    if (changes == 0) {
      return "nothing to change, the tables fit: ";
    }
    String count = changes + (changes == 1 ? " change" : " changes");
    return dryRun
        ? count + " would make the tables fit, none was made: "
        : count + " made, the tables fit: ";
  }

  /** Statements are written over several lines; here each is one. */
  private static String line(Change change) {
    return change.toString().replaceAll("\\s*\n\\s*", " ");
  }

  private static Map<String, String> object(Change change) {
    Map<String, String> object = new LinkedHashMap<>();
    object.put("where", change.where());
    object.put("what", change.what());
    object.put("statement", change.statement());
    return object;
  }
}
