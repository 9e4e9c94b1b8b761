package io.millrace.cli.deadletters;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Groups the commands on dead letters. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "Lists, shows and replays dead letters.",
    subcommands = {
      ListCommand.class,
      ShowCommand.class,
      ReplayCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Example: scripts/millrace dead-letters list --output=clickhouse://127.0.0.1:18123/telemetry",
      "Example: scripts/millrace dead-letters show app/2@4711 --contract=app.yaml"
          + " --output=clickhouse://127.0.0.1:18123/telemetry",
      "Example: scripts/millrace dead-letters replay --dryRun --contract=app.yaml"
          + " --output=clickhouse://127.0.0.1:18123/telemetry"
    })
public final class DeadLettersCommand {}
