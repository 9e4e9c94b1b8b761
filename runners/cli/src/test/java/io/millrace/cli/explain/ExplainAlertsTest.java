package io.millrace.cli.explain;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fires for sample events. */
class ExplainAlertsTest {
  private static final String CONTRACT =
      """
      contract: calls
      fields:
        id:     {type: int64, required: true}
        at:     {type: timestamp, required: true}
        shop:   {type: string, required: true}
        failed: {type: boolean, default: false}
      event_time: {field: at, bucket: 1m}
      identity: [id, at]
      error: failed == true
      rollups:
        rate: {window: {fixed: 1m}, group_by: [shop], early: 5s, measures: {rate: {type: error_rate}}}
      alerts:
        errors: {on: rate, when: rate > 0.5, for: 1m, summary: "{rate * 100.0} % failed"}
        at_once: {on: rate, when: rate > 0.5, early: true}
      """;

  private static final String EVENTS =
      """
      {"id": 1, "at": "2026-03-01T10:00:10Z", "shop": "a", "failed": true}
      {"id": 1, "at": "2026-03-01T10:00:10Z", "shop": "a", "failed": true}
      {"id": 2, "at": "2026-03-01T10:01:10Z", "shop": "a", "failed": true}
      {"id": 3, "at": "2026-03-01T10:03:10Z", "shop": "b"}
      """;

  @TempDir private Path directory;

  @BeforeEach
  void write() throws Exception {
    Files.writeString(directory.resolve("calls.yaml"), CONTRACT);
    Files.writeString(directory.resolve("calls.jsonl"), EVENTS);
  }

  private List<String> explain(String... more) {
    MillraceProcess.Result result =
        MillraceCommand.run(
            "explain",
            List.of(
                "--contract=" + directory.resolve("calls.yaml"),
                directory.resolve("calls.jsonl").toString(),
                "--recordTime=2026-03-01T10:04:00Z"),
            more);
    assertThat(result.err(), result.exitCode(), is(0));
    return result.out().lines().toList();
  }

  @Test
  void changesFollowTheEvents() {
    assertThat(
        explain().stream().filter(line -> line.startsWith("alert ")).toList(),
        contains(
            // An early result has fired it.
            "alert at_once: firing at 2026-03-01T10:01:00Z, group [\"a\"]",
            "alert errors: pending at 2026-03-01T10:01:00Z, group [\"a\"]: 100 % failed",
            "alert errors: firing at 2026-03-01T10:02:00Z, group [\"a\"]: 100 % failed",
            // The next window has no result of the group.
            "alert errors: resolved at 2026-03-01T10:03:00Z, group [\"a\"]: 100 % failed",
            "alert at_once: resolved at 2026-03-01T10:03:00Z, group [\"a\"]"));
  }

  @Test
  void changesAreObjectsOfTheirOwn() throws Exception {
    List<String> lines = explain("--json");
    assertThat(lines.size(), is(4 + 5));
    JsonNode change = new ObjectMapper().readTree(lines.get(5)).path("alert_change");
    assertThat(change.path("alert").asText(), is("errors"));
    assertThat(change.path("change").asText(), is("pending"));
    assertThat(change.at("/labels/shop").asText(), is("a"));
    assertThat(change.path("judged_at").asText(), is("2026-03-01T10:04:00Z"));
  }

  @Test
  void withoutChangesThereIsNoLine() throws Exception {
    Files.writeString(
        directory.resolve("calls.jsonl"), EVENTS.lines().reduce((a, b) -> b).orElseThrow());
    assertThat(explain().stream().filter(line -> line.startsWith("alert ")).toList(), is(empty()));
  }

  private MillraceProcess.Result test(String expected) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("calls.test.yaml"),
            """
            cases:
              - name: two minutes of failures
                file: calls.jsonl
                alerts: %s
            """
                .formatted(expected));
    return MillraceCommand.run("test", file.toString());
  }

  @Test
  void aTestComparesThem() throws Exception {
    String pending =
        "{alert: errors, change: pending, group_key: '[\"a\"]', changed_at: 2026-03-01T10:01:00Z}";
    String rest =
        """
        , {alert: errors, change: firing, labels: {shop: a}}, {alert: errors, change: resolved},
          {alert: at_once, change: firing, revoked: false}, {alert: at_once, change: resolved}]\
        """;
    MillraceProcess.Result right = test("[" + pending + rest.replace("\n", " "));
    assertThat(right.out() + right.err(), right.exitCode(), is(0));
    MillraceProcess.Result wrong =
        test("[" + pending.replace("10:01:00", "10:02:00") + rest.replace("\n", " "));
    assertThat(wrong.exitCode(), is(1));
    assertThat(
        wrong.out().lines().map(String::strip).toList().subList(2, 5),
        contains(
            "line 2, alerts: changed_at",
            "expected  \"2026-03-01T10:02:00Z\"",
            "found     \"2026-03-01T10:01:00Z\""));
    assertThat(test("[]").exitCode(), is(1));
  }

  @Test
  void namesOfColumnsAreChecked() throws Exception {
    MillraceProcess.Result result = test("[{alertt: errors}]");
    assertThat(result.exitCode(), is(2));
    assertThat(result.err().contains("no such column; expected one of alert, group_key"), is(true));
    assertThat(result.err().contains("did you mean `alert`?"), is(true));
  }

  @Test
  void aContractWithoutAlertsHasNoChanges() throws Exception {
    Files.writeString(
        directory.resolve("calls.yaml"), CONTRACT.substring(0, CONTRACT.indexOf("alerts:")));
    MillraceProcess.Result result = test("[]");
    assertThat(result.exitCode(), is(2));
    assertThat(result.err().contains("the contract has no alerts on roll-ups"), is(true));
  }
}
