package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A small run of the whole measurement, which checks the outcomes of each contender itself. */
class SpeedIT {
  @TempDir private static Path directory;

  @Test
  void theMainContendersAgreeAndTheReportIsWellFormed() throws Exception {
    int code =
        new CommandLine(new SpeedCommand())
            .execute(
                "--events=20000",
                "--repetitions=1",
                "--only=floor,native,millrace",
                "--out=" + directory);
    // So few events say nothing of the bars.
    assertThat(code, anyOf(is(0), is(1)));
    JsonNode json = new ObjectMapper().readTree(directory.resolve("speed.json").toFile());
    List<String> contenders = new ArrayList<>();
    json.get("contenders").fieldNames().forEachRemaining(contenders::add);
    assertThat(contenders, contains("floor", "native", "millrace"));
    for (JsonNode contender : json.get("contenders")) {
      assertThat(contender.at("/events_per_second/median").asDouble(), greaterThan(0.0));
      assertThat(contender.at("/pipeline_cpu_micros/median").asDouble(), greaterThan(0.0));
      assertThat(contender.at("/clickhouse_cpu_micros/median").asDouble(), greaterThan(0.0));
    }
    assertThat(json.get("bars").size(), is(5));
    assertThat(
        Files.readString(directory.resolve("speed.svg")), containsString("Millrace on Flink"));
  }
}
