package io.millrace.metrics;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.millrace.io.observe.RunObservation;
import io.millrace.io.observe.RunObservation.Place;
import io.millrace.io.observe.RunObservation.Waiting;
import io.millrace.metrics.RunDescription.OfContract;
import io.millrace.pipeline.Checkpoints;
import io.millrace.pipeline.StepMetrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricPointsTest {
  private static final long NOW = 1_000_000;
  private static final OfContract ORDERS =
      new OfContract("orders", 3, Map.of("clickhouse", List.of("orders", "dead")));
  private static final OfContract VISITS =
      new OfContract("visits", 1, Map.of("clickhouse", List.of("visits", "dead")));

  private final RunObservation observation = RunObservation.publish("metric-points");

  @AfterEach
  void close() {
    observation.close();
  }

  private static RunDescription run(OfContract... contracts) {
    return new RunDescription("1.0", "DirectRunner", 500_000, List.of(contracts));
  }

  private List<MetricPoint> points(
      RunDescription run, Map<String, Map<String, Long>> counters, Checkpoints checkpoints) {
    return MetricPoints.of(
        run,
        new MetricPoints.Reported(
            new StepMetrics(
                counters, Map.of("DecodeEvents/Decode", Map.of("lookup_checked_users", 990L))),
            checkpoints,
            observation,
            true,
            NOW));
  }

  private List<MetricPoint> points(RunDescription run, Map<String, Map<String, Long>> counters) {
    return points(run, counters, Checkpoints.NONE);
  }

  private static double value(List<MetricPoint> points, RunMetric metric, String... labels) {
    return points.stream()
        .filter(point -> point.metric() == metric && point.labels().equals(List.of(labels)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(metric + List.of(labels).toString()))
        .value();
  }

  private static List<MetricPoint> all(List<MetricPoint> points, RunMetric metric) {
    return points.stream().filter(point -> point.metric() == metric).toList();
  }

  @Test
  void countersOfStepsBeforeTheSinksBelongToEachSink() {
    RunDescription run =
        run(
            new OfContract(
                "orders", 3, Map.of("clickhouse", List.of("orders"), "bigquery", List.of())));
    List<MetricPoint> points =
        points(
            run,
            Map.of(
                "DecodeEvents/Decode",
                Map.of("read", 10L, "filtered", 1L, "filtered_by_pings", 1L, "dead_with_empty", 1L),
                "DeduplicateEvents/Judge",
                Map.of("duplicate", 2L),
                "WriteOutcomes/clickhouse/Write/InsertBatches",
                Map.of("accepted", 5L, "table_rows_orders", 5L, "sink_refused", 1L),
                "WriteOutcomes/clickhouse/WriteRefused/InsertBatches",
                Map.of("dead", 1L, "table_rows_orders", 1L),
                "WriteOutcomes/bigquery/Write/ReportWritten",
                Map.of("accepted", 7L)));

    assertThat(value(points, RunMetric.RECORDS, "orders"), is(10.0));
    assertThat(value(points, RunMetric.EVENTS_READ, "orders"), is(10.0));
    assertThat(value(points, RunMetric.EVENTS, "orders", "clickhouse", "accepted"), is(5.0));
    assertThat(value(points, RunMetric.EVENTS, "orders", "clickhouse", "duplicate"), is(2.0));
    assertThat(value(points, RunMetric.EVENTS, "orders", "bigquery", "accepted"), is(7.0));
    assertThat(value(points, RunMetric.EVENTS, "orders", "bigquery", "duplicate"), is(2.0));
    assertThat(value(points, RunMetric.IN_FLIGHT, "orders", "clickhouse"), is(1.0));
    assertThat(value(points, RunMetric.IN_FLIGHT, "orders", "bigquery"), is(0.0));
    assertThat(value(points, RunMetric.FILTERED, "orders", "pings"), is(1.0));
    assertThat(value(points, RunMetric.DEAD_LETTERS, "orders", "", "empty"), is(1.0));
    assertThat(value(points, RunMetric.ROWS_WRITTEN, "orders", "clickhouse", "orders"), is(6.0));
    assertThat(value(points, RunMetric.ROWS_REJECTED, "orders", "clickhouse"), is(1.0));
    assertThat(value(points, RunMetric.BUILD, "1.0", "orders", "3", "DirectRunner"), is(1.0));
    assertThat(value(points, RunMetric.START), is(500.0));
    assertThat(value(points, RunMetric.LOOKUP_AGE, "orders", "users"), is(10.0));
  }

  @Test
  void eachOfSeveralContractsHasItsOwn() {
    List<MetricPoint> points =
        points(
            run(ORDERS, VISITS),
            Map.of(
                "orders/DecodeEvents/Decode",
                Map.of("read", 10L, "records_lost_before_read", 4L),
                "visits/DecodeEvents/Decode",
                Map.of("read", 3L, "events", 9L, "empty_records", 1L),
                "visits/WriteOutcomes/clickhouse/Write/InsertBatches",
                Map.of("accepted", 9L)));

    assertThat(value(points, RunMetric.RECORDS, "orders"), is(10.0));
    assertThat(value(points, RunMetric.LOST, "orders"), is(4.0));
    assertThat(value(points, RunMetric.RECORDS, "visits"), is(3.0));
    assertThat(value(points, RunMetric.EVENTS_READ, "visits"), is(9.0));
    assertThat(value(points, RunMetric.EMPTY_RECORDS, "visits"), is(1.0));
    assertThat(value(points, RunMetric.EVENTS, "visits", "clickhouse", "accepted"), is(9.0));
    assertThat(value(points, RunMetric.EVENTS, "orders", "clickhouse", "accepted"), is(0.0));
    assertThat(value(points, RunMetric.IN_FLIGHT, "orders", "clickhouse"), is(10.0));
  }

  @Test
  void theHistogramOfFreshnessHasAllBuckets() {
    List<MetricPoint> points =
        points(
            run(ORDERS),
            Map.of(
                "WriteOutcomes/clickhouse/Write/InsertBatches",
                Map.of(
                    "freshness_ms_le_100",
                    2L,
                    "freshness_ms_le_inf",
                    1L,
                    "freshness_ms_sum",
                    4_000_150L)));

    MetricPoint freshness = all(points, RunMetric.FRESHNESS).get(0);
    assertThat(freshness.count(), is(3L));
    assertThat(freshness.value(), closeTo(4000.15, 1e-9));
    assertThat(freshness.buckets().get(0), equalTo(new MetricPoint.Bucket(0.1, 2)));
    MetricPoint.Bucket last = freshness.buckets().get(freshness.buckets().size() - 1);
    assertThat(last, equalTo(new MetricPoint.Bucket(Double.POSITIVE_INFINITY, 1)));
  }

  private static Waiting rows(String step, String table, long count, long since, String why) {
    return new Waiting(
        new Place(step, table), "ClickHouse table " + table, "rows", count, since, why);
  }

  @Test
  void whatWaitsIsSummedOverStepsAndExplained() {
    assertThat(RunHealth.of(observation, NOW).isHealthy(), is(true));
    observation.waiting(
        rows("visits/WriteOutcomes/clickhouse/Write/Batch.out", "dead", 7, NOW - 9_000, "refused"));
    observation.waiting(
        rows("visits/WriteOutcomes/clickhouse/WriteRefused/Batch.out", "dead", 2, NOW - 900, ""));
    observation.waiting(
        new Waiting(
            new Place("visits/DecodeEvents/Decode.dead", "kafka://a/dead"),
            "Kafka topic dead",
            "dead letters",
            3,
            NOW - 2_000,
            "no broker"));
    Runnable quick =
        observation.inserting(
            rows("orders/WriteOutcomes/clickhouse/Write/Batch.out", "orders", 5, NOW - 4_000, "x"));
    Runnable slow =
        observation.inserting(
            rows("orders/WriteOutcomes/clickhouse/Write/Batch.out", "orders", 6, NOW - 6_000, "y"));

    List<MetricPoint> points = points(run(ORDERS, VISITS), Map.of());
    assertThat(value(points, RunMetric.ROWS_WAITING, "visits", "clickhouse", "dead"), is(9.0));
    assertThat(
        value(points, RunMetric.ROWS_WAITING_SECONDS, "visits", "clickhouse", "dead"), is(9.0));
    assertThat(value(points, RunMetric.ROWS_WAITING, "visits", "clickhouse", "visits"), is(0.0));
    assertThat(value(points, RunMetric.ROWS_WAITING, "orders", "clickhouse", "orders"), is(6.0));
    assertThat(value(points, RunMetric.LETTERS_WAITING, "visits", "kafka://a/dead"), is(3.0));
    assertThat(
        value(points, RunMetric.LETTERS_WAITING_SECONDS, "visits", "kafka://a/dead"), is(2.0));
    assertThat(value(points, RunMetric.UP), is(1.0));
    assertThat(value(points, RunMetric.HEALTHY), is(0.0));
    assertThat(
        RunHealth.of(observation, NOW).text(),
        is(
            "ClickHouse table dead: 7 rows waiting for 9 s: refused;"
                + " ClickHouse table orders: 6 rows waiting for 6 s: y;"
                + " Kafka topic dead: 3 dead letters waiting for 2 s: no broker;"
                + " ClickHouse table dead: 2 rows waiting for 0 s"));

    quick.run();
    slow.run();
    observation.waiting(
        rows("visits/WriteOutcomes/clickhouse/Write/Batch.out", "dead", 0, NOW, ""));
    assertThat(observation.inserting(), empty());
    assertThat(observation.waiting().size(), is(2));
  }

  @Test
  void partitionsShowOnlyWhatIsKnown() {
    observation.partition("t", 0).read(5, NOW - 8_000);
    List<MetricPoint> before = points(run(ORDERS), Map.of());
    assertThat(value(before, RunMetric.NEXT_OFFSET, "t", "0"), is(5.0));
    assertThat(all(before, RunMetric.LAG_RECORDS), empty());
    assertThat(all(before, RunMetric.WATERMARK_AGE), empty());

    observation.partition("t", 0).end(9, NOW - 1_000);
    observation.partition("t", 0).watermark(NOW - 12_500);
    List<MetricPoint> points = points(run(ORDERS), Map.of());
    assertThat(value(points, RunMetric.END_OFFSET, "t", "0"), is(9.0));
    assertThat(value(points, RunMetric.LAG_RECORDS, "t", "0"), is(4.0));
    assertThat(value(points, RunMetric.LAG_SECONDS, "t", "0"), is(8.0));
    assertThat(value(points, RunMetric.WATERMARK, "t", "0"), is(987.5));
    assertThat(value(points, RunMetric.WATERMARK_AGE, "t", "0"), is(12.5));

    assertThat(
        RunHealth.of(observation, NOW + 15_000).text(),
        is("Kafka: no answer about the end of a partition for 16 s"));
    observation.remove("t", 0);
    assertThat(all(points(run(ORDERS), Map.of()), RunMetric.NEXT_OFFSET), empty());
  }

  @Test
  void checkpointsAreThereWhereTheyAreTaken() {
    assertThat(all(points(run(ORDERS), Map.of()), RunMetric.CHECKPOINTS), empty());
    List<MetricPoint> points =
        points(
            run(ORDERS),
            Map.of(),
            new Checkpoints(true, 4, 1, new Checkpoints.Latest(NOW - 3_000, 250, 1234)));
    assertThat(value(points, RunMetric.CHECKPOINTS, "completed"), is(4.0));
    assertThat(value(points, RunMetric.CHECKPOINTS, "failed"), is(1.0));
    assertThat(value(points, RunMetric.CHECKPOINT_AGE), is(3.0));
    assertThat(value(points, RunMetric.CHECKPOINT_DURATION), is(0.25));
    assertThat(value(points, RunMetric.CHECKPOINT_SIZE), is(1234.0));
  }

  @Test
  void aRunThatIsNotObservedHasNoObservation() {
    assertThat(RunObservation.of("another"), is((RunObservation) null));
    assertThat(RunObservation.of("metric-points"), is(observation));
    observation.close();
    assertThat(RunObservation.of("metric-points"), is((RunObservation) null));
  }
}
