package io.millrace.cli.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * docs/contract.schema.json is what the command prints. {@code -Dmillrace.write=true} writes it
 * again after a change of the language.
 */
class ContractSchemaCommandTest {
  private static final Path COMMITTED = MillraceProcess.root().resolve("docs/contract.schema.json");

  @Test
  void theCommittedSchemaIsThatOfTheLanguage() throws Exception {
    MillraceProcess.Result result = MillraceCommand.run("contract", "schema");
    assertThat(result.err(), result.exitCode(), is(0));
    if (Boolean.getBoolean("millrace.write")) {
      Files.writeString(COMMITTED, result.out());
    }

    assertThat(
        "docs/contract.schema.json is outdated: run this test with -Dmillrace.write=true",
        Files.readString(COMMITTED),
        is(result.out()));
  }

  @Test
  void wrongUseIsOneLine() {
    MillraceProcess.Result result = MillraceCommand.run("contract", "schema", "c.yaml");

    assertThat(result.exitCode(), is(2));
    assertThat(result.err().lines().count(), is(1L));
    assertThat(result.err(), containsString("unknown option or argument: c.yaml"));
  }
}
