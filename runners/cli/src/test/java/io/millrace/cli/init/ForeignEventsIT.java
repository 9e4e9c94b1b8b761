package io.millrace.cli.init;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole path of events that nobody shaped for Millrace, from a sample to audited tables. */
class ForeignEventsIT {
  private static LocalStack stack;
  @TempDir private Path directory;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private static String millrace(String... args) {
    MillraceProcess.Result result = MillraceCommand.run(args);
    assertThat(
        String.join(" ", args) + "\n" + result.out() + result.err(), result.exitCode(), is(0));
    return result.out();
  }

  @ParameterizedTest
  @CsvSource({"github, 13, 1", "nginx, 13, 1", "otlp-spans, 10, 2"})
  void fromASampleToAuditedTables(String name, int events, int duplicates) throws Exception {
    Path sample =
        Files.copy(
            MillraceProcess.root()
                .resolve("runners/cli/src/test/resources/init/" + name + ".jsonl"),
            directory.resolve(name + ".jsonl"));
    Path contract = directory.resolve(name + ".yaml");
    millrace("init", "--from=" + sample, "--out=" + contract);

    String explained = millrace("explain", "--contract=" + contract, sample.toString());
    assertThat(explained, containsString(events + " events: "));
    assertThat(explained, containsString("duplicate " + duplicates));

    Path tests = directory.resolve(name + ".test.yaml");
    Files.writeString(tests, "cases:\n  - name: the sample\n    file: " + name + ".jsonl\n");
    millrace("test", "--update", tests.toString());
    assertThat(millrace("test", directory.toString()), containsString("1 passed, 0 failed"));

    String input = "--input=file://" + sample;
    String output =
        "--output=clickhouse"
            + stack.clickHouse().address().substring(4)
            + "/foreign_"
            + name.replace('-', '_');
    millrace("check", input, output, "--contract=" + contract);
    JsonNode run =
        new ObjectMapper()
            .readTree(
                millrace(
                    "run",
                    input,
                    output,
                    "--contract=" + contract,
                    "--allowedLateness=365d",
                    "--json"));
    assertThat(run.toString(), run.path("balanced").asBoolean(), is(true));
    assertThat(run.toString(), run.path("accepted").asInt(), is(events - duplicates));
    assertThat(run.toString(), run.path("duplicate").asInt(), is(duplicates));
    assertThat(millrace("audit", output, "--contract=" + contract), containsString("OK"));
  }
}
