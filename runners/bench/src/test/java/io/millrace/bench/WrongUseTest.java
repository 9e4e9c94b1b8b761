package io.millrace.bench;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.cli.Millrace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WrongUseTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int bench(String... args) {
    CommandLine commandLine = Millrace.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    String[] all = Arrays.copyOf(args, args.length + 1);
    System.arraycopy(args, 0, all, 1, args.length);
    all[0] = "bench";
    return commandLine.execute(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step",
        "steps --events=none",
        "steps --events=10",
        "steps --repetitions=0",
        "steps --only=nothing",
        "steps --only=rollups --events=10",
        "steps --only=rollups --shards=2",
        "speed --events=10",
        "speed --repetitions=0",
        "speed --parallelism=0",
        "speed --only=nothing",
        "rules --events=10",
        "rules --parallelism=0",
        "scaling --events=10",
        "scaling --share=101",
        "capacity --events=10",
        "capacity --only=nothing",
        "capacity --partitions=4",
        "capacity --rate=0",
        "capacity --identities=10",
        "speed --profile --events=10"
      })
  void isOneLineAndExitCode2(String args) {
    assertThat(bench(args.split(" ", -1)), equalTo(2));
    assertThat(err.toString(), err.toString().lines().count(), equalTo(1L));
    assertThat(err.toString(), containsString("millrace: "));
    assertThat(out.toString(), equalTo(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"steps", "speed", "rules", "scaling", "capacity"})
  void helpHasAnExample(String measurement) {
    assertThat(bench(measurement, "--help"), equalTo(0));
    assertThat(out.toString(), containsString("Example: scripts/millrace bench " + measurement));
  }
}
