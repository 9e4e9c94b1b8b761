package io.millrace.bigquery;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableRow;
import com.google.api.services.bigquery.model.TableSchema;
import io.millrace.bigquery.client.BigQueryConfig.Method;
import io.millrace.bigquery.write.ReportWrittenFn;
import io.millrace.bigquery.write.RowSize;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.LostRange;
import io.millrace.event.Outcome;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.event.SourceRecord;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.Sink;
import io.millrace.io.WriteResult;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(TestPipelineExtension.class)
class WriteToBigQueryTest {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final TestEvents EVENTS = TestEvents.withText(20);
  private static final long NOW = TestEvents.BASE_TIME + 60_000;
  private static final Clock CLOCK = () -> NOW;
  private static final DeadLetterFactory DEAD_LETTERS =
      DeadLetterFactory.of(CONTRACT, "test", CLOCK);

  /** Query ids that the fake has refused once. Workers are threads of this JVM. */
  private static final Set<Object> REFUSED = ConcurrentHashMap.newKeySet();

  private static List<Event> events(long from, long count, Function<Long, Event> make) {
    return LongStream.range(from, from + count).boxed().map(make).toList();
  }

  private static List<DeadLetter> deadLetters(long from, long count) {
    return LongStream.range(from, from + count)
        .mapToObj(
            n ->
                DEAD_LETTERS.create(
                    TestEvents.origin(n, 5), DeadLetterCode.NOT_UTF8, "bad", "DecodeEvents"))
        .toList();
  }

  private static <T> PCollection<T> input(
      Pipeline pipeline, String name, boolean streaming, Coder<T> coder, List<T> elements) {
    if (!streaming) {
      // One bundle: what the fake refuses in one must not depend on how far another one is.
      return pipeline
          .apply(name, Create.of(List.of(elements)).withCoder(ListCoder.of(coder)))
          .apply(name + "Each", Flatten.iterables());
    }
    TestStream.Builder<T> stream = TestStream.create(coder);
    for (T element : elements) {
      stream = stream.addElements(element);
    }
    return pipeline.apply(
        name,
        stream.advanceProcessingTime(Duration.standardMinutes(1)).advanceWatermarkToInfinity());
  }

  private static void write(Sink sink, PCollectionTuple outcomes) {
    WriteResult written = outcomes.apply("Write", sink.write());
    PCollectionTuple.of(OutcomeTags.DEAD, written.refused().setCoder(DeadLetterCoder.of()))
        .apply("WriteRefused", sink.write());
  }

  private static Map<String, Long> counters(PipelineResult result) {
    Map<String, Long> counters = new TreeMap<>();
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.inNamespace(PipelineMetrics.NAMESPACE))
                    .build())
            .getCounters()) {
      counters.merge(counter.getName().getName(), counter.getAttempted(), Long::sum);
    }
    return counters;
  }

  private static List<Object> column(List<TableRow> rows, String name) {
    return rows.stream().map(row -> row.get(name)).toList();
  }

  /** The audit as texts: partition, offset, outcome. */
  private static List<String> audit(FakeBigQuery fake) throws Exception {
    return fake.rows("audit").stream()
        .map(r -> r.get("partition") + "/" + r.get("offset") + " " + r.get("outcome"))
        .toList();
  }

  private static String audited(Event event, Outcome outcome) {
    return event.origin().partition() + "/" + event.origin().offset() + " " + outcome.label();
  }

  @ParameterizedTest
  @CsvSource({
    "EXACTLY_ONCE, false",
    "EXACTLY_ONCE, true",
    "AT_LEAST_ONCE, false",
    "AT_LEAST_ONCE, true"
  })
  void everyOutcomeIsInItsTableAndInTheAudit(Method method, boolean streaming, TestPipeline p)
      throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    BigQuerySink sink = fake.sink(fake.config(method, 0, null), CONTRACT, CLOCK);
    sink.prepare();
    assertThat(sink.check(), is(empty()));
    List<Event> accepted = events(0, 20, EVENTS::event);
    List<Event> failed = events(20, 3, EVENTS::failed);
    List<Event> late = events(23, 2, n -> EVENTS.late(n, 7));
    List<Event> repeated = events(25, 4, EVENTS::event);
    Coder<Event> coder = EVENTS.coder();
    write(
        sink,
        PCollectionTuple.of(
                OutcomeTags.ACCEPTED,
                TestEvents.grouped(input(p, "accepted", streaming, coder, accepted)))
            .and(OutcomeTags.ERROR, TestEvents.grouped(input(p, "error", streaming, coder, failed)))
            .and(OutcomeTags.LATE, TestEvents.grouped(input(p, "late", streaming, coder, late)))
            .and(
                OutcomeTags.DUPLICATE,
                TestEvents.grouped(input(p, "duplicate", streaming, coder, repeated)))
            .and(
                OutcomeTags.DEAD,
                input(p, "dead", streaming, DeadLetterCoder.of(), deadLetters(29, 5)))
            .and(
                OutcomeTags.LOST,
                input(
                    p,
                    "lost",
                    streaming,
                    LostRange.Coder.of(),
                    List.of(new LostRange("queries", 1, 100, 2_499, NOW)))));
    PipelineResult result = p.run();
    result.waitUntilFinish();

    assertThat(
        column(fake.rows("sink_output"), "query_id"),
        containsInAnyOrder(accepted.stream().map(e -> e.row().getString("query_id")).toArray()));
    assertThat(
        column(fake.rows("error_events"), "error"), equalTo(List.of("failed", "failed", "failed")));
    assertThat(column(fake.rows("late_events"), "late_by_ms"), equalTo(List.of("7", "7")));
    List<String> expected = new ArrayList<>();
    accepted.forEach(e -> expected.add(audited(e, Outcome.ACCEPTED)));
    failed.forEach(e -> expected.add(audited(e, Outcome.ERROR)));
    late.forEach(e -> expected.add(audited(e, Outcome.LATE)));
    repeated.forEach(e -> expected.add(audited(e, Outcome.DUPLICATE)));
    LongStream.range(29, 34).forEach(n -> expected.add(n % 3 + "/" + n + " dead"));
    assertThat(audit(fake), containsInAnyOrder(expected.toArray()));
    Map<String, Long> counters = counters(result);
    assertThat(counters.get("accepted"), is(20L));
    assertThat(counters.get("error"), is(3L));
    assertThat(counters.get("late"), is(2L));
    assertThat(counters.get("dead"), is(5L));
    assertThat(counters.get(PipelineMetrics.AUDITED), is(34L));
    assertThat(counters.get(PipelineMetrics.LOST_RANGES_AUDITED), is(1L));
    TableRow lost = fake.rows("audit_lost").get(0);
    assertThat(lost.get("partition") + "@" + lost.get("first_offset"), is("1@100"));
    assertThat(lost.get("last_offset").toString(), is("2499"));
    assertThat(ReportWrittenFn.millis(lost.get("detected_at")), is(NOW));
    TableRow row = fake.rows("audit").get(0);
    assertThat(row.get("contract"), is("query-events"));
    assertThat(row.get("topic"), is("queries"));
    assertThat(ReportWrittenFn.millis(row.get("written_at")), is(NOW));
    assertThat(
        ReportWrittenFn.millis(row.get("record_time")),
        is(TestEvents.BASE_TIME + Long.parseLong(row.get("offset").toString())));
  }

  @Test
  void aDeadLetterKeepsItsBytes(TestPipeline p) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    BigQuerySink sink = fake.sink(fake.config(), CONTRACT, CLOCK);
    sink.prepare();
    SourceRecord tombstone = new SourceRecord("t", 1, 2, null, null, List.of(), Long.MIN_VALUE, 0);
    List<DeadLetter> letters = new ArrayList<>(deadLetters(4, 1));
    letters.add(DEAD_LETTERS.create(tombstone, DeadLetterCode.TOMBSTONE, "null", "DecodeEvents"));
    write(
        sink,
        PCollectionTuple.of(
            OutcomeTags.DEAD, p.apply(Create.of(letters).withCoder(DeadLetterCoder.of()))));
    p.run().waitUntilFinish();
    Map<Object, TableRow> rows =
        fake.rows("dead_letters").stream().collect(Collectors.toMap(r -> r.get("code"), r -> r));
    TableRow bad = rows.get("not_utf8");
    SourceRecord origin = TestEvents.origin(4, 5);
    assertThat(Base64.getDecoder().decode((String) bad.get("value")), is(origin.value()));
    assertThat(Base64.getDecoder().decode((String) bad.get("key")), is(origin.key()));
    assertThat(bad.get("headers").toString(), containsString("{key=h, value=/g==}"));
    assertThat(bad.get("stage"), is("DecodeEvents"));
    assertThat(rows.get("tombstone").containsKey("value"), is(false));
    // The nearest that a column can hold to what the source's clock said: the year 1.
    assertThat(
        ReportWrittenFn.millis(rows.get("tombstone").get("record_time")), is(-62_135_596_800_000L));
  }

  /** In the first append only q-3 is looked at, in the next one q-7, then q-5. */
  private static boolean oneAfterTheOther(TableRow row) {
    Object id = row.get("query_id");
    boolean refused =
        "q-3".equals(id)
            || ("q-7".equals(id) && REFUSED.contains("q-3"))
            || ("q-5".equals(id) && REFUSED.contains("q-7"));
    if (refused) {
      REFUSED.add(id);
    }
    return refused;
  }

  @ParameterizedTest
  @CsvSource({
    "EXACTLY_ONCE, false",
    "EXACTLY_ONCE, true",
    "AT_LEAST_ONCE, false",
    "AT_LEAST_ONCE, true"
  })
  void whatIsRefusedBecomesADeadLetterWithItsOwnBytes(
      Method method, boolean streaming, TestPipeline p) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    REFUSED.clear();
    fake.refuse((Function<TableRow, Boolean> & java.io.Serializable) r -> oneAfterTheOther(r));
    BigQuerySink sink = fake.sink(fake.config(method, 1, null), CONTRACT, CLOCK);
    sink.prepare();
    List<Event> events = events(0, 10, EVENTS::event);
    write(
        sink,
        PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(input(p, "accepted", streaming, EVENTS.coder(), events))));
    PipelineResult result = p.run();
    result.waitUntilFinish();

    List<TableRow> dead = fake.rows("dead_letters");
    Set<String> found = new java.util.TreeSet<>();
    for (TableRow letter : dead) {
      long offset = Long.parseLong(letter.get("offset").toString());
      found.add("q-" + offset);
      assertThat(
          Base64.getDecoder().decode((String) letter.get("value")),
          is(TestEvents.origin(offset, 20).value()));
      assertThat(letter.get("code"), is("refused_by_sink"));
      assertThat(letter.get("stage"), is("WriteToBigQuery"));
      assertThat(letter.get("message").toString(), containsString("BigQuery: Failing row"));
    }
    Set<String> missing =
        events.stream().map(e -> e.row().getString("query_id")).collect(Collectors.toSet());
    column(fake.rows("sink_output"), "query_id").forEach(missing::remove);
    assertThat("what is not in the table is dead", found, equalTo(missing));
    assertThat(found.contains("q-3"), is(true));
    assertThat(fake.rows("sink_output"), hasSize(10 - found.size()));
    assertThat(audit(fake), hasSize(10));
    for (String id : found) {
      String n = id.substring(2);
      assertThat(audit(fake).contains(Long.parseLong(n) % 3 + "/" + n + " dead"), is(true));
    }
    Map<String, Long> counters = counters(result);
    assertThat(counters.get("accepted"), is(10L - found.size()));
    assertThat(counters.get("dead"), is((long) found.size()));
    assertThat(counters.get(PipelineMetrics.AUDITED), is(10L));
    if (streaming && method == Method.EXACTLY_ONCE) {
      assertThat("one append for all", found, equalTo(Set.of("q-3", "q-5", "q-7")));
    }
  }

  @Test
  void aRowThatIsTooLargeIsADeadLetter(TestPipeline p) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    BigQuerySink sink = fake.sink(fake.config(), CONTRACT, CLOCK);
    sink.prepare();
    SourceRecord origin = TestEvents.origin(1, 2_000_000);
    Event large =
        TestEvents.event(
            CONTRACT,
            Map.of(
                "query_id",
                "large",
                "event_type",
                "e",
                "query_text",
                "x".repeat(RowSize.MOST_BYTES),
                "event_time",
                java.time.Instant.ofEpochMilli(TestEvents.BASE_TIME),
                "ingestion_time",
                java.time.Instant.ofEpochMilli(NOW)),
            TestEvents.BASE_TIME,
            origin);
    write(
        sink,
        PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                p.apply(Create.of(EVENTS.event(2), large).withCoder(EVENTS.coder())))));
    PipelineResult result = p.run();
    result.waitUntilFinish();
    assertThat(column(fake.rows("sink_output"), "query_id"), is(List.of("q-2")));
    TableRow letter = fake.rows("dead_letters").get(0);
    assertThat(Base64.getDecoder().decode((String) letter.get("value")), is(origin.value()));
    assertThat(letter.get("message").toString(), containsString("larger than 9000000 bytes"));
    assertThat(audit(fake), containsInAnyOrder("2/2 accepted", "1/1 dead"));
    assertThat(counters(result).get("dead"), is(1L));
  }

  @ParameterizedTest
  @CsvSource({"EXACTLY_ONCE", "AT_LEAST_ONCE"})
  void aTableThatLacksAColumnStopsTheRunAndStripsNothing(Method method) throws Exception {
    FakeBigQuery fake = FakeBigQuery.withDataset();
    BigQuerySink sink = fake.sink(fake.config(method, 0, null), CONTRACT, CLOCK);
    sink.prepare();
    List<TableFieldSchema> fewer =
        fake.table("sink_output").getSchema().getFields().stream()
            .filter(c -> !c.getName().equals("user_id"))
            .collect(Collectors.toCollection(ArrayList::new));
    fake.patch(
        new Table()
            .setTableReference(fake.table("sink_output").getTableReference())
            .setSchema(new TableSchema().setFields(fewer)));
    assertThat(sink.check(), hasSize(1));
    assertThat(
        sink.check().get(0),
        containsString(
            "sink_output: column user_id: expected STRING, found no such column ->"
                + " `scripts/millrace migrate` with the same flags adds it"));
    TestPipeline p = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    write(
        sink,
        PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(p.apply(Create.of(EVENTS.event(2)).withCoder(EVENTS.coder())))));
    Pipeline.PipelineExecutionException e =
        assertThrows(Pipeline.PipelineExecutionException.class, () -> p.run().waitUntilFinish());
    assertThat(
        org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.base.Throwables
            .getStackTraceAsString(e),
        containsString("user_id"));
    assertThat(fake.rows("sink_output"), is(empty()));
    assertThat(fake.rows("dead_letters"), is(empty()));
  }
}
