package io.millrace.cli.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.support.CommandErrors;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UpgradeCommandTest {
  /** The new job would ignore them, and the old one could not be restored with them. */
  @ParameterizedTest
  @ValueSource(strings = {"--numWorkers=3", "--targetParallelism=4", "--inptu=x"})
  void flagsThatTheJobJarDoesNotKnowAreRefused(String flag) {
    StringWriter err = new StringWriter();
    CommandLine upgrade = CommandErrors.handledIn(new CommandLine(new UpgradeCommand()));
    upgrade.setErr(new PrintWriter(err, true));
    assertThat(upgrade.execute(flag), is(2));
    assertThat(err.toString(), containsString("unknown option " + flag.split("=", 2)[0]));
  }
}
