package io.millrace.cli.contracttest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.millrace.cli.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestCommandTest {
  @TempDir private Path directory;

  @BeforeEach
  void writeContract() throws IOException {
    Visits.writeContract(directory);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /** Runs cases of the contract of visits. */
  private MillraceProcess.Result cases(String yaml) throws IOException {
    return Visits.run(write("visits.test.yaml", "cases:\n" + yaml.indent(2)).toString());
  }

  @Test
  void theExampleOfItsPage() throws Exception {
    List<String> blocks = Visits.blocks("docs/test-contracts.md");
    Path file = write("visits.test.yaml", blocks.get(0));

    MillraceProcess.Result result = Visits.run(file.toString());

    assertThat(blocks.get(1).strip(), is("scripts/millrace test visits.test.yaml"));
    assertThat(result.err(), result.exitCode(), is(1));
    assertThat(result.out().replace(directory + "/", ""), is(blocks.get(2)));
  }

  @Test
  void differencesOfEachKind() throws Exception {
    MillraceProcess.Result result =
        cases(
            """
            - name: all wrong
              record_time: 2026-03-01T10:00:05Z
              events:
                - {id: a1, at: 2026-03-01T10:00:00Z, page: /home, ms: 12, user: u7}
                - {id: a2, at: yesterday}
                - {id: a3, at: 2026-03-01T10:00:00Z, page: /health}
                - {id: a4, at: 2026-03-01T10:00:00Z}
                - {id: a5, at: 2026-03-01T10:00:00Z}
              expect:
                - {outcome: accepted, table: visits_late, event_time: 2026-03-01T10:00:01Z, row: {id: a1, ms: "12", extra: {user: u8}}}
                - {outcome: dead, code: wrong_type}
                - {outcome: accepted}
                - {outcome: accepted, row: {page: ~, late_by_ms: 1}}
              rollups:
                visits_per_page:
                  - {page: /home, visits: 2}
                  - {page: "", visits: 2}
                  - {page: /cart, visits: 1}
            - name: missing
              events: [null]
              expect: [{outcome: dead, code: tombstone}, {outcome: late}]
            """);

    assertThat(result.err(), result.exitCode(), is(1));
    assertThat(
        result.out().replace(directory + "/", ""),
        is(
            """
            visits.test.yaml
              FAIL  all wrong (line 2)
                line 11, record 1: table
                  expected  visits_late
                  found     visits
                line 11, record 1: event_time
                  expected  2026-03-01T10:00:01Z
                  found     2026-03-01T10:00:00Z
                line 11, record 1: ms
                  expected  "12"
                  found     12
                line 11, record 1: extra
                  expected  {"user":"u8"}
                  found     "{\\"user\\":\\"u7\\"}"
                line 12, record 2: code
                  expected  wrong_type
                  found     invalid_time: at: expected an ISO-8601 time such as 2026-03-01T10:00:00.123Z
                line 13, record 3
                  expected  accepted
                  found     filtered by the rule probes
                line 14, record 4: late_by_ms
                  expected  1
                  found     no such column
                line 2, record 5
                  expected  no further event
                  found     accepted
                line 2, visits_per_page: visits
                  expected  2
                  found     1
                line 2, visits_per_page
                  expected  a row with {"page":"/cart","visits":1}
                  found     no further row
              FAIL  missing (line 20)
                line 22, event 2
                  expected  late
                  found     no further event
            2 cases: 0 passed, 2 failed
            """));
  }

  @Test
  void recordsOfEveryKind() throws Exception {
    write("more.jsonl", "{\"id\":\"f1\",\"at\":\"2026-03-01T10:00:00Z\"}\n\n{}\n");
    MillraceProcess.Result result =
        cases(
            """
            - name: texts and bytes
              events:
                - '{"id":"t1","at":"2026-03-01T10:00:00Z","ms":1,"ms":2}'
                - {base64: /w==}
                - null
                - [1]
                - {id: m1, at: 2026-03-01T10:00:00.000Z, ms: 100, share: 1.50, tiny: 0.0000001}
              expect:
                - {outcome: dead, code: duplicate_key}
                - {outcome: dead, code: not_utf8}
                - {outcome: dead, code: tombstone}
                - {outcome: dead, code: not_an_object}
                - {outcome: accepted, row: {at: 2026-03-01T10:00:00Z, ms: 1.0e+2, extra: '{"share":1.5,"tiny":0.0000001}'}}
            - name: a file
              file: more.jsonl
              expect: [{outcome: accepted, row: {id: f1}}, {outcome: dead, code: missing_field}]
            - name: a file as one record
              file: more.jsonl
              whole: true
              expect: [{outcome: dead, code: trailing_garbage}]
            - name: no rows
              events: [{}]
              rollups: {visits_per_page: []}
            """);

    assertThat(result.out() + result.err(), result.exitCode(), is(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cses: []|:1:1: cses: unknown key; expected one of contract, record_time, lookups, cases; did you mean `cases`?",
        "cases: []|:1:1: cases: expected a list with at least one case",
        "cases: [1]|:1:9: cases[0]: expected a mapping with the keys name,",
        "cases: [{name: a, events: [1], expect: [{outcome: acepted}]}]"
            + "|did you mean `accepted`?",
        "cases: [{name: a, events: [1], expect: [{outcome: late, code: empty}]}]"
            + "|cases[0].expect[0].code: an event with the outcome late has no code",
        "cases: [{name: a, events: [1], expect: [{outcome: accepted, row: {pge: 1}}]}]"
            + "|row.pge: no such column; expected one of id, at, page, ms, seconds, ingestion_time, extra,"
            + " late_by_ms; did you mean `page`?",
        "cases: [{name: a, events: [1], expect: [{outcome: filtered, rule: probe}]}]"
            + "|did you mean `probes`?",
        "cases: [{name: a, events: [1], rollups: {visits: []}}]|rollups.visits: no such roll-up",
        "cases: [{name: a}]|cases[0]: expected either `events` or `file`",
        "cases: [{name: a, file: none.jsonl}]|none.jsonl (NoSuchFileException)",
        "cases: [{events: [1], expect: [{outcome: dead}]}]|cases[0].name: missing",
        "cases: [{name: a, watermark: now, events: [1]}]|watermark: expected an instant",
        "contract: none.yaml|contract: no file ",
        "a: b: c|not valid YAML",
      })
  void anInvalidFileIsWrongUse(String yaml, String message) throws Exception {
    Path file = write("visits.test.yaml", yaml);

    MillraceProcess.Result result = Visits.run(file.toString());

    assertThat(result.err(), result.exitCode(), is(2));
    assertThat(result.err(), containsString(message));
    assertThat(result.err(), containsString("millrace: " + file + ":1:"));
    assertThat(result.out(), is(""));
  }

  @Test
  void aDirectoryWithoutTestsAndAnInvalidContractAreWrongUse() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    write("visits.yaml", "contract: visits\n");
    Path file = write("visits.test.yaml", "cases: []\n");

    MillraceProcess.Result result = Visits.run(empty.toString(), file.toString(), "none.yaml");

    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), containsString(empty + " holds no test file"));
    assertThat(result.err(), containsString("visits.yaml:1:1: fields"));
    assertThat(result.err(), containsString("none.yaml: cannot be read"));
    assertThat(Visits.run().exitCode(), is(2));
  }
}
