package io.millrace.cli.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.language.LanguageSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the JSON Schema of contract files. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the JSON Schema of contract files. Editors complete and check contracts by it.",
      "Put this line on top of a contract:",
      "# yaml-language-server: $schema=./contract.schema.json"
    },
    footer = {"", "Example: scripts/millrace contract schema > contract.schema.json"})
public final class ContractSchemaCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    System.out.println(new ObjectMapper().valueToTree(LanguageSchema.json()).toPrettyString());
    return 0;
  }
}
