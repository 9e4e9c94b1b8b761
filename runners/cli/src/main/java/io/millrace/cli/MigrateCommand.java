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

/** Migrates the tables to the contract's schema. */
@Command(
    name = "migrate",
    description =
        "Migrates the tables to the contract's schema. Makes safe changes only and reports others.")
final class MigrateCommand extends FlagCommand {
  @Option(names = "--dryRun", description = "Print the changes without making them.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  MigrateCommand() {
    super(
        """
          Usage: scripts/millrace migrate [--dryRun] [--json] FLAGS
          Migrates the tables to the contract's schema. Takes the flags of `run`; --input is
          optional. Prints each change with its statement. Safe changes are: add or widen columns,
          change defaults and settings, extend a TTL, replace views, create missing tables.
          A table that also needs an unsafe change is left unchanged. Pipelines can keep writing
          during a migration, also with an older contract. Migration is idempotent.

            --dryRun
                Print the changes without making them.
            --json
                Print one JSON object.
          """,
        """

          Exit code: 0 if the tables match (with --dryRun: would match), 2 if a change is unsafe.

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
      return "no changes needed; the tables match the contract: ";
    }
    String count = changes + (changes == 1 ? " change" : " changes");
    return dryRun
        ? count + " needed, none made (--dryRun): "
        : count + " made; the tables match the contract: ";
  }

  /** Joins the lines of a statement. */
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
