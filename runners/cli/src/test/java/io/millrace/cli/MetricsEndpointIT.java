package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.cli.MetricsStream.End;
import io.millrace.event.LostRange;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.fault.FaultProxy;
import io.millrace.local.process.Ports;
import io.millrace.metrics.MetricShape.Kind;
import io.millrace.metrics.MetricShape.Where;
import io.millrace.metrics.RunMetric;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a run, each beside a value that comes from the events, from SQL or from Kafka. */
class MetricsEndpointIT {
  private static final int FIRST = 1000;
  private static final int ALL = 4000;

  /** The promise of the health check. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private LocalStack stack;
  @TempDir private Path directory;
  private int port;
  private Scrape.Server server;

  @BeforeEach
  void setUp() {
    stack = SharedStack.clean();
    port = Ports.free(Ports.Range.PROXY);
    server = new Scrape.Server(port);
  }

  private RunningCommand run(List<String> flags, String... more) {
    List<String> args = new ArrayList<>(List.of("run"));
    args.addAll(flags);
    args.add("--metricsPort=" + port);
    args.addAll(List.of(more));
    return new RunningCommand(args.toArray(String[]::new));
  }

  private double number(String sql) {
    return Double.parseDouble(stack.clickHouse().query(sql).strip());
  }

  private static double sent(int to) {
    return MetricsStream.sent(0, to, Set.of(End.values()));
  }

  private void awaitAudited(RunningCommand running, int to) {
    Scrape unused =
        server.await(
            running,
            "all events in the audit",
            scrape -> scrape.sum("millrace_audited_total") >= sent(to));
  }

  /**
   * A scrape in which all is counted: the steps tell their counts one after the other, some of them
   * a moment after the rows are in their tables.
   */
  private Scrape awaitCounted(RunningCommand running, int to, String database) {
    awaitAudited(running, to);
    return server.await(
        running,
        "all events, rows and roll-ups to be counted",
        scrape ->
            isCounted(scrape, to)
                && scrape.sum("millrace_rollups_open") == 0
                && scrape.sum("millrace_insert_duration_seconds_count")
                    == scrape.sum("millrace_insert_rows_count")
                && scrape.sum("millrace_insert_rows_sum")
                    == rows(database) + scrape.sum("millrace_rollup_rows_total"));
  }

  private static boolean isCounted(Scrape scrape, int to) {
    return scrape.sum("millrace_events_read_total") == sent(to)
        && scrape.sum("millrace_events_in_flight") == 0
        && scrape.sum("millrace_consumer_lag_records") == 0
        && scrape.sum("millrace_healthy") == 1;
  }

  private double rows(String database) {
    return MetricsStream.TABLES.stream()
        .mapToDouble(t -> number("SELECT count() FROM " + database + "." + t))
        .sum();
  }

  @Test
  void everyMetricHasItsValueOnTheDirectRunner() throws Exception {
    MetricsStream stream = new MetricsStream(stack, "metrics");
    stream.send(0, FIRST);
    try (FaultProxy proxy = FaultProxy.before(stack.clickHouse().address())) {
      List<String> flags = stream.flags(directory, proxy.address(), "metrics");
      stream.createTables(flags, "metrics");
      long startMillis = System.currentTimeMillis();
      try (RunningCommand running =
          run(
              flags,
              "--maxInFlight=300",
              "--pageRecords=1",
              "--maxBatchRows=200",
              "--dedupSlots=16")) {
        Scrape scrape = awaitCounted(running, FIRST, "metrics");
        checkRun(scrape, startMillis);
        checkEvents(scrape, FIRST, "metrics");
        checkWrites(scrape, "metrics");
        Scrape unused =
            server.await(
                running,
                "all INSERTs",
                s -> s.sum("millrace_insert_rows_count") == proxy.inserts().acknowledged());
        assertThat(scrape.sum("millrace_insert_retries_total"), is(0.0));
        checkLookUp(scrape, FIRST);
        new PartitionMetrics(server, "metrics", stream).checkAllIsRead(running);
        checkNames(scrape);
        running.await("health", () -> server.health().equals("200 healthy"));

        proxy.refuse();
        stream.send(FIRST, ALL);
        checkOutage(running, stream);
        proxy.accept();
        checkRecovery(running, "metrics");
      }
    }
  }

  private void checkRun(Scrape scrape, long startMillis) {
    assertThat(scrape.sum("millrace_up"), is(1.0));
    assertThat(scrape.sum("millrace_healthy"), is(1.0));
    assertThat(
        scrape.sum(
            "millrace_build_info",
            "contract",
            "visits",
            "contract_version",
            "4",
            "runner",
            "DirectRunner"),
        is(1.0));
    assertThat(
        scrape.sum("millrace_start_timestamp_seconds"),
        is(
            allOf(
                greaterThanOrEqualTo(startMillis / 1000.0),
                lessThan(System.currentTimeMillis() / 1000.0))));
  }

  private void checkEvents(Scrape scrape, int to, String database) {
    assertThat(scrape.sum("millrace_records_total", "contract", "visits"), is(sent(to)));
    assertThat(scrape.sum("millrace_events_read_total"), is(sent(to)));
    assertThat(scrape.sum("millrace_empty_records_total"), is(0.0));
    assertThat(scrape.sum("millrace_events_in_flight"), is(0.0));
    assertThat(scrape.sum("millrace_audited_total", "sink", "clickhouse"), is(sent(to)));
    double accepted = MetricsStream.different(0, to, End.ACCEPTED);
    double errors = MetricsStream.different(0, to, End.ERROR);
    double rejected = MetricsStream.different(0, to, End.REJECTED);
    double malformed = MetricsStream.sent(0, to, Set.of(End.WRONG_TYPE));
    double late = MetricsStream.sent(0, to, Set.of(End.LATE));
    double filtered = MetricsStream.sent(0, to, Set.of(End.FILTERED));
    outcome(scrape, "accepted", accepted);
    outcome(scrape, "error", errors);
    outcome(scrape, "late", late);
    outcome(scrape, "filtered", filtered);
    outcome(scrape, "dead", malformed + rejected);
    outcome(
        scrape, "duplicate", sent(to) - accepted - errors - late - filtered - malformed - rejected);
    assertThat(scrape.sum("millrace_filtered_total", "rule", "pings"), is(filtered));
    assertThat(
        scrape.sum("millrace_dead_letters_total", "code", "wrong_type", "sink", ""), is(malformed));
    assertThat(
        scrape.sum("millrace_dead_letters_total", "code", "refused_by_sink", "sink", "clickhouse"),
        is(rejected));
    assertThat(scrape.sum("millrace_rows_rejected_total"), is(rejected));
    assertThat(
        scrape.sum("millrace_lost_records_total") + scrape.sum("millrace_skipped_records_total"),
        is(number("SELECT count() FROM " + database + ".audit" + LostRange.TABLE_SUFFIX)));
  }

  private static void outcome(Scrape scrape, String outcome, double expected) {
    assertThat(
        outcome,
        scrape.sum("millrace_events_total", "sink", "clickhouse", "outcome", outcome),
        is(expected));
  }

  private void checkWrites(Scrape scrape, String database) {
    double rows = 0;
    for (String table : MetricsStream.TABLES) {
      double inTable = number("SELECT count() FROM " + database + "." + table);
      assertThat(
          table,
          scrape.sum("millrace_rows_written_total", "sink", "clickhouse", "table", table),
          is(inTable));
      rows += inTable;
    }
    double rollups = scrape.sum("millrace_rollup_rows_total");
    assertThat(rollups, is(scrape.sum("millrace_rows_written_total", "table", "visits_per_hour")));
    // A later result replaces an earlier one.
    assertThat(
        rollups,
        is(
            greaterThanOrEqualTo(
                number("SELECT count() FROM " + database + ".visits_per_hour_exact"))));
    assertThat(scrape.sum("millrace_insert_rows_sum"), is(rows + rollups));
    assertThat(
        scrape.sum("millrace_insert_bytes_total"),
        is(allOf(greaterThan(rows * 20), lessThan(rows * 1000))));
    assertThat(
        scrape.sum("millrace_insert_duration_seconds_count"),
        is(scrape.sum("millrace_insert_rows_count")));
    assertThat(scrape.sum("millrace_insert_duration_seconds_sum"), is(greaterThan(0.0)));
    String fresh = " FROM " + database + ".audit WHERE outcome IN ('accepted', 'error')";
    assertThat(
        scrape.sum("millrace_freshness_seconds_count"), is(number("SELECT count()" + fresh)));
    assertThat(
        scrape.sum("millrace_freshness_seconds_sum"),
        closeTo(
            number(
                "SELECT sum(toUnixTimestamp64Milli(written_at)"
                    + " - toUnixTimestamp64Milli(event_time)) / 1000"
                    + fresh),
            0.01));
    assertThat(
        scrape.sum("millrace_freshness_seconds_bucket", "le", "+Inf"),
        is(scrape.sum("millrace_freshness_seconds_count")));
    assertThat(scrape.sum("millrace_rows_waiting"), is(0.0));
    assertThat(scrape.sum("millrace_rows_waiting_seconds"), is(0.0));
  }

  private static void checkLookUp(Scrape scrape, int to) {
    String[] users = {"contract", "visits", "lookup", MetricsStream.LOOKED_UP};
    assertThat(
        scrape.sum("millrace_lookup_missing_total", users),
        is((double) MetricsStream.withoutUser(0, to)));
    assertThat(scrape.sum("millrace_lookup_rows", users), is((double) MetricsStream.USERS));
    assertThat(scrape.sum("millrace_lookup_version", users) == 0, is(false));
    assertThat(
        scrape.sum("millrace_lookup_age_seconds", users),
        is(allOf(greaterThanOrEqualTo(0.0), lessThan(180.0))));
  }

  /** Every metric of the docs has a sample, except those of things that this run does not have. */
  private static void checkNames(Scrape scrape) {
    Set<String> missing = new TreeSet<>();
    for (RunMetric metric : RunMetric.values()) {
      boolean sums = metric.kind() == Kind.SUMMARY || metric.kind() == Kind.HISTOGRAM;
      if (!scrape.has(metric.sampleName() + (sums ? "_sum" : ""))
          && metric.where() != Where.STATE) {
        missing.add(metric.sampleName());
      }
    }
    assertThat(
        missing,
        is(
            Set.of(
                "millrace_dead_letters_waiting",
                "millrace_dead_letters_waiting_seconds",
                "millrace_alerts_waiting",
                "millrace_alerts_waiting_seconds")));
  }

  private void checkOutage(RunningCommand running, MetricsStream stream) throws Exception {
    long start = System.nanoTime();
    running.await("the health check to fail", () -> server.health().startsWith("503"));
    running.await("waiting rows", () -> server.scrape().sum("millrace_rows_waiting") > 0);
    assertThat(Duration.ofNanos(System.nanoTime() - start), is(lessThan(SOON)));
    String health = server.health();
    assertThat(health, startsWith("503 ClickHouse table "));
    assertThat(health, containsString(" rows waiting for "));
    PartitionMetrics partitions = new PartitionMetrics(server, "metrics", stream);
    Scrape scrape = partitions.awaitInFlight(running, 300);
    assertThat(scrape.sum("millrace_healthy"), is(0.0));
    assertThat(scrape.sum("millrace_up"), is(1.0));
    assertThat(
        scrape.sum("millrace_rows_waiting", "sink", "clickhouse"),
        is(allOf(greaterThan(0.0), lessThan(sent(ALL) * 2))));
    assertThat(scrape.sum("millrace_rows_waiting_seconds"), is(greaterThan(0.0)));
    partitions.checkReadingWaits(scrape);
  }

  private void checkRecovery(RunningCommand running, String database) {
    awaitAudited(running, ALL);
    running.await("health", () -> server.health().equals("200 healthy"));
    Scrape scrape = server.await(running, "all to be counted", now -> isCounted(now, ALL));
    assertThat(scrape.sum("millrace_rows_waiting"), is(0.0));
    assertThat(scrape.sum("millrace_rows_waiting_seconds"), is(0.0));
    assertThat(scrape.sum("millrace_healthy"), is(1.0));
    assertThat(scrape.sum("millrace_insert_retries_total"), is(greaterThan(0.0)));
    assertThat(scrape.sum("millrace_consumer_lag_records"), is(0.0));
    checkEvents(scrape, ALL, database);
  }

  @Test
  void aServerThatHangsIsReportedInTime() throws Exception {
    MetricsStream stream = new MetricsStream(stack, "hanging");
    stream.send(0, 100);
    List<String> flags =
        stream.flags(directory, stack.clickHouse().address().substring(7), "hanging");
    try (RunningCommand running = run(flags)) {
      awaitAudited(running, 100);
      signal("-STOP");
      try {
        stream.send(100, 200);
        // To send takes its time, too.
        long start = System.nanoTime();
        running.await("the health check to fail", () -> server.health().startsWith("503"));
        assertThat(Duration.ofNanos(System.nanoTime() - start), is(lessThan(SOON)));
        assertThat(server.health(), containsString("an INSERT has no answer yet"));
        assertThat(server.scrape().sum("millrace_rows_waiting"), is(greaterThan(0.0)));
      } finally {
        signal("-CONT");
      }
      running.await("health", () -> server.health().equals("200 healthy"));
      awaitAudited(running, 200);
      assertThat(server.scrape().sum("millrace_rows_waiting"), is(0.0));
    }
  }

  private void signal(String signal) throws Exception {
    Process kill =
        new ProcessBuilder("kill", signal, String.valueOf(stack.clickHouse().pid())).start();
    assertThat(kill.waitFor(), is(0));
  }

  @Test
  void aRunWithStateHasTheSameMetricsAndItsCheckpoints() throws Exception {
    MetricsStream stream = new MetricsStream(stack, "metrics");
    stream.send(0, FIRST);
    List<String> flags =
        stream.flags(directory, stack.clickHouse().address().substring(7), "stateful");
    stream.createTables(flags, "stateful");
    Path state = directory.resolve("state");
    try (RunningCommand running =
        run(flags, "--state=" + state, "--parallelism=2", "--checkpointingInterval=1000")) {
      Scrape unused =
          server.await(
              running,
              "a checkpoint",
              now -> now.sum("millrace_checkpoints_total", "result", "completed") >= 2);
      Scrape scrape = awaitCounted(running, FIRST, "stateful");
      checkEvents(scrape, FIRST, "stateful");
      checkWrites(scrape, "stateful");
      checkLookUp(scrape, FIRST);
      new PartitionMetrics(server, "metrics", stream).checkAllIsRead(running);
      assertThat(scrape.sum("millrace_build_info", "runner", "FlinkRunner"), is(1.0));
      // Flink counts those of the start, before all tasks ran.
      double failed = scrape.sum("millrace_checkpoints_total", "result", "failed");
      double completed = scrape.sum("millrace_checkpoints_total", "result", "completed");
      running.await(
          "another checkpoint",
          () ->
              server.scrape().sum("millrace_checkpoints_total", "result", "completed") > completed);
      assertThat(server.scrape().sum("millrace_checkpoints_total", "result", "failed"), is(failed));
      assertThat(
          scrape.sum("millrace_checkpoint_age_seconds"),
          is(allOf(greaterThanOrEqualTo(0.0), lessThan(30.0))));
      assertThat(scrape.sum("millrace_checkpoint_duration_seconds"), is(lessThan(30.0)));
      assertThat(scrape.sum("millrace_checkpoint_size_bytes"), is(greaterThan(0.0)));
      // One look at the files may find the old checkpoint deleted and the new one not yet there.
      running.await(
          "a checkpoint of the size that it tells",
          () -> scrape.sum("millrace_checkpoint_size_bytes") < 2 * bytesBelow(state.toFile()));
      running.await("health", () -> server.health().equals("200 healthy"));
    }
  }

  /** Of what is there: the run deletes old checkpoints meanwhile. */
  private static double bytesBelow(File path) {
    File[] files = path.listFiles();
    return files == null
        ? path.length()
        : Arrays.stream(files).mapToDouble(MetricsEndpointIT::bytesBelow).sum();
  }
}
