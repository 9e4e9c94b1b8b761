package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import io.millrace.pipeline.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused at once loads neither Beam's options and runners nor the command line. */
class EarlyFlagCheckTest {
  /** Loading these takes most of the seconds that a run needs to begin. */
  private static final List<String> SLOW =
      List.of(
          " org.apache.beam.sdk.options.PipelineOptionsFactory",
          " org.apache.beam.runners.",
          " org.apache.kafka.",
          " picocli.CommandLine$Model",
          " ch.qos.logback.");

  @TempDir private Path directory;

  @Test
  void aWrongContractIsRefusedBeforeBeamIsLoaded() throws Exception {
    Path contract = directory.resolve("wrong.yaml");
    Path right = MillraceProcess.root().resolve("test-data/contracts/query-events.yaml");
    Files.writeString(contract, Files.readString(right).replaceFirst("type: int64", "type: long"));
    for (String command : List.of("run", "check", "migrate")) {
      Path log = directory.resolve(command + ".log");
      MillraceProcess.Result result =
          MillraceProcess.run(
              Map.of(),
              List.of("-Xlog:class+load:file=" + log),
              command,
              "--json",
              "--input=kafka://127.0.0.1:1/events",
              "--output=clickhouse://127.0.0.1:1/db",
              "--maxBatchRows=abc",
              "--contract=" + contract);
      assertThat(result.err(), result.exitCode(), equalTo(ExitCodes.WRONG_USE));
      assertThat(
          result.errLines(),
          contains(
              containsString("--maxBatchRows: expected a whole number, found `abc`"),
              matchesPattern(
                  "(?s).*wrong.yaml:[0-9]+:[0-9]+: fields.duration_ms.type: expected one of.*")));
      assertThat(
          Files.readAllLines(log).stream()
              .filter(line -> SLOW.stream().anyMatch(line::contains))
              .toList(),
          empty());
    }
  }

  @Test
  void otherCommandsAndHelpAreNotJudged() {
    assertThat(EarlyFlagCheck.problems(), empty());
    assertThat(EarlyFlagCheck.problems("demo", "--evnts=5"), empty());
    assertThat(EarlyFlagCheck.problems("run", "--help"), empty());
  }
}
