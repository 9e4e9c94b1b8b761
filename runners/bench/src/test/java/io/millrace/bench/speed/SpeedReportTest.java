package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.contender.Contender;
import java.io.StringReader;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class SpeedReportTest {
  private static final Machine MACHINE =
      new Machine(
          "A <fast> CPU", 2, 4L << 30, "Linux 6", "17.0.1, OpenJDK", Map.of("flink", "1.19.3"));

  private static SpeedReport report(
      double millraceRate, double millraceMicros, double clickHouseMicros) {
    SpeedResult result = new SpeedResult();
    for (int round = 1; round <= 3; round++) {
      // Each round is half as fast as the one before: ratios must not see that.
      double slow = Math.pow(0.5, round);
      result.add(Contender.FLOOR, new RunFigures(100_000 * slow, 5, 0.5, 0.4, 1, 4, 2));
      result.add(Contender.NATIVE, new RunFigures(50_000 * slow, 16, 0.5, 0.4, 1, 4, 2));
      result.add(
          Contender.MILLRACE,
          new RunFigures(millraceRate * slow, millraceMicros, 0.5, 0.4, 1.2, clickHouseMicros, 2));
      result.add(Contender.CLICKHOUSE, new RunFigures(70_000 * slow, 0, 0.5, 0.4, 1, 20, 2));
    }
    return new SpeedReport(
        MACHINE,
        new SpeedReport.Setup(Instant.EPOCH, 42, 1_000_000, 100_000, 1_209.4, 2, 3),
        result);
  }

  @Test
  void barsHold() {
    SpeedReport report = report(105_000, 6, 2.9);
    String table = report.text();
    assertThat(table, containsString("2.10 of the native job's events/s; the bar is at least 2.0"));
    assertThat(
        table, containsString("0.38 of the native job's CPU; the bar is at most 0.4: holds"));
    assertThat(table, containsString("1.05 of the floor's events/s; the bar is at least 0.9: "));
    assertThat(table, containsString("1.20 of the floor's CPU; the bar is at most 1.2: holds"));
    assertThat(table, containsString("for the floor's rows; the bar is at most 0.75: holds"));
    assertThat(table, containsString("A <fast> CPU, 2 cores, 4 GiB"));
    assertThat(report.result().holds(), is(true));
  }

  @Test
  void barsAreMissed() {
    assertThat(report(99_000, 6, 2.9).result().holds(), is(false));
    assertThat(report(105_000, 6.1, 2.9).result().holds(), is(false));
    assertThat(report(105_000, 6, 3.1).result().holds(), is(false));
    assertThat(
        report(85_000, 6, 2.9).text(),
        containsString("0.85 of the floor's events/s; the bar is at least 0.9: MISSED"));
  }

  @Test
  void aBarIsNotJudgedWithoutItsOther() {
    SpeedResult result = new SpeedResult();
    result.add(Contender.MILLRACE, new RunFigures(10, 18, 0.5, 0.4, 1, 1, 2));
    assertThat(result.bars(), hasSize(0));
    result.add(Contender.FLOOR, new RunFigures(10, 18, 0.5, 0.4, 1, 2, 2));
    assertThat(result.bars(), hasSize(3));
    assertThat(result.holds(), is(true));
  }

  @Test
  void jsonHoldsAllOfIt() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report(105_000, 6, 2.9).json());
    assertThat(json.at("/machine/cores").asInt(), is(2));
    assertThat(json.at("/machine/versions/flink").asText(), is("1.19.3"));
    assertThat(json.at("/machine/memory_bytes").asLong(), is(4L << 30));
    assertThat(json.at("/measured_at").asText(), is("1970-01-01T00:00:00Z"));
    assertThat(json.at("/contenders/native/runs/0/pipeline_cpu_micros").asDouble(), is(16.0));
    assertThat(json.at("/seed").asLong(), is(42L));
    JsonNode millrace = json.at("/contenders/millrace");
    assertThat(millrace.at("/times_native/median").asDouble(), closeTo(2.1, 1e-9));
    assertThat(millrace.at("/times_native/least").asDouble(), closeTo(2.1, 1e-9));
    assertThat(millrace.at("/events_per_second/greatest").asDouble(), closeTo(52_500, 1e-9));
    assertThat(millrace.at("/runs").size(), is(3));
    assertThat(json.at("/contenders/clickhouse").has("pipeline_cpu_micros"), is(false));
    assertThat(json.at("/bars").size(), is(5));
    assertThat(json.at("/holds").asBoolean(), is(true));
  }

  @Test
  void theChartIsXml() throws Exception {
    String svg = SpeedChart.of(report(105_000, 6, 2.9));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(document.getDocumentElement().getTagName(), is("svg"));
    assertThat(svg, containsString("A &lt;fast&gt; CPU"));
    // Background, three of the legend; each contender: one for its rate, three for its cost.
    assertThat(document.getElementsByTagName("rect").getLength(), is(1 + 3 + 4 * 4));
  }

  @Test
  void theCpuIsFoundInLinuxsList() {
    assertThat(
        Machine.cpuModel(Stream.of("processor\t: 0", "model name\t: Some CPU @ 2.5GHz")),
        is("Some CPU @ 2.5GHz"));
    assertThat(Machine.cpuModel(Stream.of("processor\t: 0")), is("unknown"));
  }
}
