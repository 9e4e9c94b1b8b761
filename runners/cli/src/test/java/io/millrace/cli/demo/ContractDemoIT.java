package io.millrace.cli.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.pipeline.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration with a contract, on the shared servers. */
class ContractDemoIT {
  @TempDir private static Path directory;

  private static MillraceProcess.Result demo(LocalStack stack, String... flags) throws Exception {
    List<String> all = new ArrayList<>(List.of("demo"));
    all.add("--kafka=" + stack.kafka().address());
    all.add("--clickhouse=" + stack.clickHouse().address());
    all.addAll(List.of(flags));
    return MillraceCommand.runIn(MillraceProcess.root(), all.toArray(String[]::new));
  }

  @Test
  void aShippedContractBalancesAndGivesTheDocumentedAnswers() throws Exception {
    MillraceProcess.Result result = demo(SharedStack.clean(), "--contract=telegraf", "--json");

    assertThat(result.out() + result.err(), result.exitCode(), is(0));
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(report.path("ok").asBoolean(), is(true));
    assertThat(report.path("sent").asInt(), is(12));
    assertThat(report.at("/outcomes/accepted").asInt(), is(12));
    assertThat(report.at("/outcomes/duplicate").asInt(), is(12));
    assertThat(report.at("/outcomes/late").asInt(-1), is(0));
    assertThat(report.path("audited").asInt(), is(24));
    assertThat(report.path("answers").asInt(), is(2));
    assertThat(report.path("answers_right").asBoolean(), is(true));
  }

  @Test
  void aContractOfOnesOwnNeedsASample() throws Exception {
    LocalStack stack = SharedStack.clean();
    Path own = directory.resolve("own.yaml");
    Files.copy(MillraceProcess.root().resolve("test-data/contracts/telegraf-lines.yaml"), own);

    MillraceProcess.Result without = demo(stack, "--contract=" + own);
    assertThat(without.out(), without.exitCode(), is(ExitCodes.WRONG_USE));
    assertThat(without.err(), containsString("add --sample=FILE, one record a line"));

    Path sample =
        Files.writeString(directory.resolve("own.lp"), "cpu v=1 1772366390000000000\ncpu\n");
    MillraceProcess.Result with = demo(stack, "--contract=" + own, "--sample=" + sample);
    assertThat(with.out() + with.err(), with.exitCode(), is(0));
    assertThat(
        with.out(), containsString("= accepted 1 + error 0 + duplicate 1 + late 0 + dead 2"));
  }

  @Test
  void flagsOfTheGeneratorAreNotForAContract() throws Exception {
    MillraceProcess.Result result =
        MillraceCommand.runIn(MillraceProcess.root(), "demo", "--contract=telegraf", "--late=0.5");
    assertThat(result.exitCode(), is(ExitCodes.WRONG_USE));
    assertThat(result.err(), containsString("--late: only for the generated query events"));
    MillraceProcess.Result unknown =
        MillraceCommand.runIn(MillraceProcess.root(), "demo", "--contract=nothing");
    assertThat(unknown.err(), containsString("the name of a contract in test-data/contracts"));
  }
}
