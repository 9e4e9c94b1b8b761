package io.millrace.cli.contracttest;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class TestOutputsTest {
  @TempDir private Path directory;

  @BeforeEach
  void writeContract() throws IOException {
    Visits.writeContract(directory);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private MillraceProcess.Result cases(String yaml) throws IOException {
    return Visits.run(write("visits.test.yaml", "cases:\n" + yaml.indent(2)).toString());
  }

  @Test
  void updateWritesWhatWasFoundAndKeepsTheRest() throws Exception {
    String before =
        """
        # A visit
        cases:
          # first
          - name: new
            events:
              - {id: "1", at: 2026-03-01T10:00:00Z, page: "a: b"}   # one
              - {id: "1", at: 2026-03-01T10:00:00Z, page: "a: b"}
              - {id: a2, at: 2026-03-01T10:00:01Z, page: /health}
              - "{}"

          # second
          -
            name: known
            events: ["{}"]
            expect: [{outcome: dead, code: missing_field}]
          - name: last
            record_time: 2026-03-01T10:00:05Z
            rollups:
              visits_per_page: [{page: "", visits: 1}]
            events:
              - |
                {"id": "x",
                "at": "2026-03-01T10:00:00Z"}
        # the end
        """;
    Path file = write("visits.test.yaml", before);

    MillraceProcess.Result refused = Visits.run(file.toString());
    MillraceProcess.Result updated = Visits.run("--update", file.toString());
    String after = Files.readString(file);
    MillraceProcess.Result again = Visits.run("--update", file.toString());

    assertThat(refused.exitCode(), is(2));
    assertThat(refused.err(), containsString(":4: the case `new` expects nothing; add `expect`"));
    assertThat(updated.err(), updated.exitCode(), is(0));
    assertThat(
        updated.out(), containsString("3 cases: 3 passed, 0 failed; wrote expectations of 2"));
    assertThat(
        after,
        is(
            before
                .replace(
                    "      - \"{}\"\n",
                    """
                          - "{}"
                        expect:
                          - outcome: accepted
                            table: visits
                            row:
                              id: "1"
                              at: 2026-03-01T10:00:00Z
                              page: "a: b"
                              ms: null
                              seconds: null
                              extra: ""
                          - outcome: duplicate
                          - outcome: filtered
                            rule: probes
                          - outcome: dead
                            code: missing_field
                    """
                        .indent(0))
                .replace(
                    "# the end\n",
                    """
                        expect:
                          - outcome: accepted
                            table: visits
                            row:
                              id: x
                              at: 2026-03-01T10:00:00Z
                              page: null
                              ms: null
                              seconds: null
                              ingestion_time: 2026-03-01T10:00:05Z
                              extra: ""
                    # the end
                    """)));
    assertThat(again.exitCode(), is(0));
    assertThat(Files.readString(file), is(after));
  }

  @Test
  void updateRefusesACaseThatIsNoBlock() throws Exception {
    Path file = write("visits.test.yaml", "cases: [{name: a, events: [1]}]\n");

    MillraceProcess.Result result = Visits.run("--update", file.toString());

    assertThat(result.exitCode(), is(2));
    assertThat(result.err(), containsString(":1: cannot add expectations to the case `a`"));
    assertThat(Files.readString(file), is("cases: [{name: a, events: [1]}]\n"));
  }

  @Test
  void jsonHasEachDifference() throws Exception {
    Path file =
        write(
            "visits.test.yaml",
            "cases: [{name: a, events: [1], expect: [{outcome: late}]}, "
                + "{name: b, events: [1], expect: [{outcome: dead}]}]");

    JsonNode report = new ObjectMapper().readTree(Visits.run("--json", file.toString()).out());

    assertThat(report.path("ok").asBoolean(), is(false));
    assertThat(report.path("cases").asInt(), is(2));
    assertThat(report.path("failed").asInt(), is(1));
    JsonNode cases = report.path("files").path(0).path("cases");
    assertThat(cases.path(1).path("passed").asBoolean(), is(true));
    JsonNode difference = cases.path(0).path("differences").path(0);
    assertThat(difference.path("expected").asText(), is("late"));
    assertThat(difference.path("found").asText(), containsString("dead, not_an_object"));
  }

  @Test
  void junitXmlForBuildServers() throws Exception {
    Path file =
        write(
            "visits.test.yaml",
            """
            cases:
              - {name: "a <b> & \\"c\\"", events: ["\\u0001<\\uD83D\\uDE00"], expect: [{outcome: late}, {outcome: dead}]}
              - {name: fine, events: [1], expect: [{outcome: dead}]}
              - name: a row
                events: [{id: "\\u0001]]>", at: 2026-03-01T10:00:00Z}]
                expect: [{outcome: accepted, row: {id: "\\u0002\\n"}}]
            """);
    Path xml = directory.resolve("reports/contracts.xml");

    MillraceProcess.Result result = Visits.run(file.toString(), "--junit=" + xml);

    assertThat(result.err(), result.exitCode(), is(1));
    Element suites =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(xml.toFile())
            .getDocumentElement();
    assertThat(suites.getTagName(), is("testsuites"));
    Element suite = (Element) suites.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("name"), is(file.toString()));
    assertThat(suite.getAttribute("tests"), is("3"));
    assertThat(suite.getAttribute("failures"), is("2"));
    assertThat(suite.getAttribute("errors"), is("0"));
    assertThat(suite.getAttribute("time"), matchesPattern("\\d+\\.\\d{3}"));
    assertThat(suite.getAttribute("timestamp"), matchesPattern("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}"));
    NodeList cases = suite.getElementsByTagName("testcase");
    assertThat(cases.getLength(), is(3));
    Element first = (Element) cases.item(0);
    assertThat(first.getAttribute("name"), is("a <b> & \"c\""));
    assertThat(first.getAttribute("classname"), is("visits"));
    Element failure = (Element) first.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message"), containsString("record 1: expected late, found"));
    assertThat(failure.getTextContent(), containsString(file + ":2: record 1\n  expected  late\n"));
    assertThat(((Element) cases.item(1)).getElementsByTagName("failure").getLength(), is(0));
    assertThat(cases.item(2).getTextContent(), containsString("]]>"));
  }

  @Test
  void colorsOnATerminalOnly() throws Exception {
    MillraceProcess.Result plain = cases("- {name: a, events: [1], expect: [{outcome: dead}]}");
    assertThat(plain.out(), not(containsString("\u001b")));
    System.setProperty("millrace.terminal.out", "true");
    try {
      String shown = cases("- {name: a, events: [1], expect: [{outcome: dead}]}").out();
      boolean refused = !System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
      assertThat(shown.contains("\u001b[32mok\u001b[0m"), is(!refused));
    } finally {
      System.clearProperty("millrace.terminal.out");
    }
    assertThat(new TestReport(List.of()).text(true), is("0 cases: 0 passed, 0 failed"));
  }
}
