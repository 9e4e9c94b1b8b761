package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.write.RowSize;
import io.millrace.bigquery.write.TruncateDeadLetter;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Rollup;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.OutcomeTags;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.WriteResult;
import io.millrace.rollup.RollUpMetrics;
import io.millrace.rollup.RollupRow;
import io.millrace.rollup.RollupRowCoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows that BigQuery would not take, caught before they are sent. */
@ExtendWith(TestPipelineExtension.class)
class BigQueryRowsTest {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final TestEvents EVENTS = TestEvents.withText(20);

  private static DeadLetter fitting(byte[] key, byte[] value, List<Header> headers) {
    return TruncateDeadLetter.of(
        DeadLetterFactory.of(CONTRACT, "test", () -> 5)
            .create(
                new SourceRecord("t", 1, 2, key, value, headers, 3, 4),
                DeadLetterCode.TOO_LARGE,
                "large",
                "DecodeEvents"));
  }

  private static int size(DeadLetter letter) {
    int size = letter.origin().key().length + letter.origin().value().length;
    for (Header header : letter.origin().headers()) {
      size += header.name().length() + header.value().length;
    }
    return size;
  }

  @Test
  void headersThatAreTooManyAreCutAndTheLetterSaysSo() {
    // A header without a value takes room, too.
    List<Header> headers = Collections.nCopies(600_000, new Header("h", new byte[0]));
    DeadLetter letter = fitting(new byte[] {1}, new byte[] {2, 3}, headers);
    int kept = letter.origin().headers().size();
    assertThat(kept * (16 + 1), lessThanOrEqualTo(RowSize.MOST_BYTES));
    assertThat(letter.message(), is("only " + kept + " of 600000 headers fit into a row; large"));
    assertThat(letter.origin().key(), equalTo(new byte[] {1}));
  }

  @Test
  void aKeyThatIsTooLargeIsCutAndTheLetterSaysSo() {
    DeadLetter letter =
        fitting(
            new byte[RowSize.MOST_BYTES + 1],
            new byte[2],
            List.of(new Header("h", new byte[RowSize.MOST_BYTES])));
    assertThat(size(letter), is(RowSize.MOST_BYTES));
    assertThat(
        letter.message(),
        is(
            "only 0 of 2 bytes, 0 of 1 headers, 9000000 of 9000001 bytes of the key fit into a row;"
                + " large"));
  }

  @Test
  void daysThatBigQueryDoesNotTakeAreDeadLetters(TestPipeline p) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    long now = TestEvents.BASE_TIME;
    Clock clock = () -> now;
    BigQuerySink sink = fake.sink(fake.config(), CONTRACT, clock);
    sink.prepare();
    List<Event> events =
        List.of(
            EVENTS.event(1, now - Duration.ofDays(3650).toMillis(), "oldest"),
            EVENTS.event(2, now - Duration.ofDays(3651).toMillis(), "older"),
            EVENTS.event(3, now + Duration.ofDays(365).toMillis(), "last"),
            EVENTS.event(4, now + Duration.ofDays(366).toMillis(), "later"));
    WriteResult written =
        PCollectionTuple.of(
                OutcomeTags.ACCEPTED,
                TestEvents.grouped(p.apply(Create.of(events).withCoder(EVENTS.coder()))))
            .apply("Write", sink.write());
    PCollectionTuple.of(OutcomeTags.DEAD, written.refused().setCoder(DeadLetterCoder.of()))
        .apply("WriteRefused", sink.write());
    p.run().waitUntilFinish();
    assertThat(ids(fake.rows("sink_output"), "query_id"), is(Set.of("q-1", "q-3")));
    List<TableRow> dead = fake.rows("dead_letters");
    assertThat(ids(dead, "offset"), is(Set.of("2", "4")));
    assertThat(
        dead.get(0).get("message").toString(),
        containsString("more than 3650 days ago or 365 days ahead"));
    assertThat(fake.rows("audit").size(), is(4));
  }

  private static RollupRow rollup(Rollup rollup, long start) {
    List<Object> values = new ArrayList<>();
    for (FieldDefinition column : rollup.columns()) {
      values.add(
          column.nullable()
              ? null
              : switch (column.type()) {
                case TIMESTAMP -> Instant.ofEpochMilli(start);
                case INT64 -> 1L;
                case FLOAT64 -> 0.5;
                default -> "text";
              });
    }
    return new RollupRow(rollup.table(), Row.withSchema(rollup.schema()).attachValues(values));
  }

  @Test
  void aRollupOfSuchADayIsLeftOut(TestPipeline p) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    long now = TestEvents.BASE_TIME;
    BigQuerySink sink = fake.sink(fake.config(), CONTRACT, () -> now);
    sink.prepare();
    Rollup rollup = CONTRACT.rollups().get(0);
    List<RollupRow> rows =
        List.of(rollup(rollup, now), rollup(rollup, now - Duration.ofDays(3651).toMillis()));
    PCollectionTuple.of(
            RollUpMetrics.ROWS, p.apply(Create.of(rows).withCoder(RollupRowCoder.of(CONTRACT))))
        .apply("Write", sink.write());
    p.run().waitUntilFinish();
    assertThat(fake.rows(rollup.table()).size(), is(1));
  }

  private static Set<String> ids(List<TableRow> rows, String column) {
    return rows.stream().map(row -> row.get(column).toString()).collect(Collectors.toSet());
  }
}
