package io.millrace.cli.init;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that nobody shaped for Millrace: the contract loads, and decodes every one of them. */
class ForeignShapesTest {
  private static String sample(String name) {
    return MillraceProcess.root().resolve("runners/cli/src/test/resources/init/" + name).toString();
  }

  private static JsonNode init(String from) throws Exception {
    MillraceProcess.Result result = MillraceCommand.run("init", "--from=" + from, "--json");
    assertThat(result.err(), result.exitCode(), is(0));
    return new ObjectMapper().readTree(result.out());
  }

  private static Contract contract(JsonNode report) {
    return ContractLoader.parse(report.path("yaml").textValue(), "init.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          github.jsonl           | 13 | 1 | created_at     | id, created_at
          nginx.jsonl            | 13 | 1 | msec           | time_local, remote_addr, remote_user, request, \
          request_method, status, body_bytes_sent, upstream_response_time, http_user_agent, \
          http_referer, connection, msec
          cloudtrail.json        |  9 | 1 | eventTime      | eventID, eventTime
          stripe.jsonl           | 11 | 1 | created        | id, created
          kubernetes-audit.jsonl | 17 | 1 | stageTimestamp | auditID, kind, level, verb, stage, \
          stageTimestamp
          segment.jsonl          | 11 | 1 | timestamp      | messageId, timestamp
          readings.csv           | 13 | 1 | time           | sensor_id, time
          host.lp                | 11 | 1 | event_time     | series, event_time
          otlp-spans.jsonl       | 10 | 2 | Timestamp      | TraceId, SpanId, Timestamp
          """)
  void eachShape(String file, int events, int duplicates, String time, String identity)
      throws Exception {
    JsonNode report = init(sample(file));

    assertThat(report.path("dead").toString(), report.path("dead").size(), is(0));
    assertThat(report.path("events").asInt(), is(events));
    assertThat(report.path("duplicates").asInt(), is(duplicates));
    Contract contract = contract(report);
    assertThat(report.toPrettyString(), contract.eventTime(), is(time));
    assertThat(String.join(", ", contract.identity()), is(identity));
  }

  static Stream<Path> shippedSamples() throws Exception {
    try (Stream<Path> files = Files.list(MillraceProcess.root().resolve("test-data/events"))) {
      return files.filter(file -> !file.endsWith("README.md")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("shippedSamples")
  void eachShippedSample(Path file) throws Exception {
    JsonNode report = init(file.toString());

    assertThat(report.path("dead").toString(), report.path("dead").size(), is(0));
    int duplicates = file.endsWith("cloudevents.jsonl") ? 1 : 0;
    assertThat(report.toPrettyString(), report.path("duplicates").asInt(), is(duplicates));
    assertThat(contract(report).identity().isEmpty(), is(false));
  }
}
