package io.millrace.bench.rules;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.harness.BenchEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A small run of the whole measurement, which checks the outcomes of both contracts itself. */
class RulesIT {
  @TempDir private static Path directory;

  @Test
  void bothContractsHaveTheSameOutcomes() throws Exception {
    RulesCommand command = new RulesCommand();
    Object unused =
        new CommandLine(command).parseArgs("--events=20000", "--repetitions=1").originalArgs();
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {})) {
      RulesReport report = command.measure(environment);
      JsonNode json = new ObjectMapper().readTree(report.json());
      double plain = json.at("/without_rules/pipeline_cpu_micros/median").asDouble();
      double rules = json.at("/with_rules/pipeline_cpu_micros/median").asDouble();
      assertThat(plain, greaterThan(0.0));
      assertThat(rules, greaterThan(0.0));
      assertThat(
          json.at("/difference/pipeline_cpu_micros/median").asDouble(),
          closeTo(rules - plain, 0.001));
      assertThat(report.text(), containsString("the bar is at most 4.0"));
      assertThat(environment.query("SHOW DATABASES LIKE '%_1'"), is(""));
    }
  }
}
