package io.millrace.bench;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WrongUseTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int bench(String... args) {
    CommandLine commandLine = Bench.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dedup",
        "dedupe --events=none",
        "dedupe --events=10",
        "dedupe --repetitions=0",
        "rollups --events=10",
        "rollups --shards=2",
        "sink-faults --only=nothing",
        "sink-faults --events=10",
        "sink-kills --events=10",
        "sink-kills --kills=-1",
        "speed --events=10",
        "speed --repetitions=0",
        "speed --parallelism=0",
        "speed --only=nothing",
        "scaling --events=10",
        "scaling --share=101",
        "profile --events=10",
        "recovery --events=10",
        "recovery --rate=0",
        "recovery --only=nothing"
      })
  void isOneLineAndExitCode2(String args) {
    assertThat(bench(args.split(" ", -1)), equalTo(2));
    assertThat(err.toString(), err.toString().lines().count(), equalTo(1L));
    assertThat(err.toString(), containsString("millrace: "));
    assertThat(out.toString(), equalTo(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dedupe",
        "rollups",
        "sink-faults",
        "sink-kills",
        "speed",
        "scaling",
        "profile",
        "recovery"
      })
  void helpHasAnExample(String measurement) {
    assertThat(bench(measurement, "--help"), equalTo(0));
    assertThat(out.toString(), containsString("Example: scripts/millrace bench " + measurement));
  }
}
