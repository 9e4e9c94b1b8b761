package io.millrace.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.SourceRecord;
import org.junit.jupiter.api.Test;

/** Times of lines depend on the file alone. */
class LineTimesTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: points
          version: 1
          format: {type: influx, precision: ms}
          fields:
            series: {type: string, required: true}
            at: {path: time, type: timestamp, format: epoch_ms, required: true}
          event_time: {field: at, max_ahead: 1h}
          identity: [series, at]
          unknown_fields: {column: extra, as: json}
          tables: {normal: {name: points}}
          """,
          "points.yaml");
  private static final long START = 1_772_000_000_000L;

  private static LineTimes.Timed read(long now, String line, FilePosition before) {
    return new LineTimes(CONTRACT, () -> now).toRecord("f", line.getBytes(UTF_8), before, 10);
  }

  @Test
  void aPointWithoutTimeHasThatOfTheLineBefore() {
    for (long now : new long[] {START + 60_000, START + 120_000}) {
      LineTimes.Timed first =
          read(now, "cpu v=1 " + START, FilePosition.start(0, FileWatermark.NONE));
      SourceRecord second = read(now, "cpu v=2", first.next()).record();

      assertThat(second.recordTimeMillis(), is(START));
      assertThat(second.decoded(), notNullValue());
      assertThat(second.decoded().eventTimeMillis(), is(START));
    }
  }

  /** Such an event has a time of its own, and keeps it. */
  @Test
  void aPointMayHaveHappenedJustNow() {
    SourceRecord record =
        read(START, "cpu v=1 " + START, FilePosition.start(0, FileWatermark.NONE)).record();

    assertThat(record.recordTimeMillis(), is(START));
    assertThat(record.decoded().eventTimeMillis(), is(START));
  }
}
