package io.millrace.cli.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The statements of {@code contract show --as=ddl}, executed by a server. */
class ContractDdlIT {
  private static final Pattern STATEMENT_END = Pattern.compile(";\n");

  @Test
  void createTheTablesThatARunWants() {
    LocalStack stack = SharedStack.clean();
    String contract =
        MillraceProcess.root().resolve("test-data/contracts/query-events.yaml").toString();
    MillraceProcess.Result ddl =
        MillraceCommand.run("contract", "show", contract, "--as=ddl", "--database=by_hand");
    assertThat(ddl.err(), ddl.exitCode(), is(0));
    List<String> statements = STATEMENT_END.splitAsStream(ddl.out()).map(String::strip).toList();
    assertThat(statements.size(), greaterThan(10));
    statements.forEach(stack.clickHouse()::query);

    MillraceProcess.Result migrate =
        MillraceCommand.run(
            "migrate",
            "--dryRun",
            "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/by_hand",
            "--contract=" + contract);

    assertThat(migrate.err(), migrate.exitCode(), is(0));
    assertThat(migrate.out(), startsWith("ok: no changes needed"));
  }
}
