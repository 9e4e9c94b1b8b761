package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.io.flags.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LaunchTest {
  @Test
  void anUnknownFlagIsNamedInOneLine() {
    ConfigException e =
        assertThrows(ConfigException.class, () -> Launch.parse("--inptu=kafka://a:1/t"));
    assertThat(e.problems(), contains("unknown option --inptu: see `scripts/millrace run --help`"));
  }

  @Test
  void aJobWithoutANameHasOneThatTellsNothingOfItsUser() {
    assertThat(Launch.parse().getJobName(), equalTo("millrace"));
    assertThat(Launch.parse("--jobName=mine").getJobName(), equalTo("mine"));
  }

  @Test
  void theHelpNamesEveryFlagWithAnExample() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    RunHelp.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    String help = bytes.toString(StandardCharsets.UTF_8);
    for (String flag : help.lines().filter(l -> l.startsWith("  --")).toList()) {
      String name = flag.trim().split(" ", 2)[0];
      assertThat(help, containsString("Example: " + name + "="));
    }
    assertThat(help, containsString("--input"));
    assertThat(help, not(containsString("null")));
  }
}
