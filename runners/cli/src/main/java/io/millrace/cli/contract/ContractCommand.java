package io.millrace.cli.contract;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Groups the commands on contracts. */
@Command(
    name = "contract",
    mixinStandardHelpOptions = true,
    description = "Works with contracts alone, without servers.",
    subcommands = {
      ContractShowCommand.class,
      ContractDiffCommand.class,
      ContractSchemaCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Example: scripts/millrace contract show contract.yaml --as=ddl",
      "Example: scripts/millrace contract diff old.yaml new.yaml"
    })
public final class ContractCommand {}
