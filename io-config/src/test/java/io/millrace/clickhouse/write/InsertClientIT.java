package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConfig.Compression;
import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.time.Duration;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Single batches against the real engine. */
@ExtendWith(LocalClickHouseExtension.class)
class InsertClientIT {
  private static final Contract CONTRACT = TestEvents.queryEvents();

  private static void prepare(LocalClickHouse server, String database) {
    ClickHouseSink.of(
            ClickHouseConfig.of(server.address(), database),
            CONTRACT,
            DeadLetterFactory.of(CONTRACT, "test", Clock.system()),
            Clock.system())
        .prepare();
  }

  private static long number(LocalClickHouse server, String query) {
    return Long.parseLong(server.query(query).strip());
  }

  private static Batch batch(TestEvents events, int from, int to, long step) throws Exception {
    RowBlockBuilder builder = new RowBlockBuilder();
    TableRowWriter writer = TableRowWriter.of(CONTRACT.tables().normal());
    for (int n = from; n < to; n++) {
      Event event = events.event(n, TestEvents.BASE_TIME + n * step, "text");
      builder.add(event.values(), writer, event.eventTimeMillis(), event.origin());
    }
    return Batch.of(List.of(builder.build()));
  }

  @Test
  void theSameBatchTwiceIsThereOnce(LocalClickHouse server) throws Exception {
    ClickHouseConfig config = ClickHouseConfig.of(server.address(), "twice");
    prepare(server, "twice");
    server.query("SYSTEM STOP MERGES twice.sink_output");
    ClickHouseTable table = ClickHouseTable.of(CONTRACT).get(0);
    // Over 150 days: more partitions than an INSERT may reach by default.
    Batch batch = batch(TestEvents.withText(1), 0, 150, Duration.ofDays(1).toMillis());
    try (InsertClient client = new HttpInsertClient(config)) {
      client.insert(table, batch);
      client.insert(table, batch);
    }
    try (InsertClient other = new HttpInsertClient(config)) {
      other.insert(table, batch);
    }
    assertThat(number(server, "SELECT count() FROM twice.sink_output"), is(150L));
    assertThat(
        number(
            server,
            "SELECT count() FROM system.parts WHERE active AND table = 'sink_output' AND database ="
                + " 'twice'"),
        is(150L));
  }

  @Test
  void theExactViewNeverShowsARepeat(LocalClickHouse server) throws Exception {
    prepare(server, "repeats");
    server.query("SYSTEM STOP MERGES repeats.sink_output");
    ClickHouseTable table = ClickHouseTable.of(CONTRACT).get(0);
    long day = Duration.ofHours(7).toMillis();
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), "repeats"))) {
      client.insert(table, batch(TestEvents.withText(1), 0, 100, day));
      client.insert(table, batch(TestEvents.withText(1), 50, 150, day));
      client.insert(table, batch(TestEvents.withText(1), 75, 80, day));
    }
    assertThat(number(server, "SELECT count() FROM repeats.sink_output"), is(205L));
    assertThat(
        server.query("SELECT count(), uniqExact(query_id) FROM repeats.sink_output_exact"),
        is("150\t150\n"));
    server.query("SYSTEM START MERGES repeats.sink_output");
    server.query("OPTIMIZE TABLE repeats.sink_output FINAL");
    assertThat(number(server, "SELECT count() FROM repeats.sink_output"), is(150L));
  }

  /** Events are unequal. Of the results of a roll-up, only the last one of a batch is written. */
  @ParameterizedTest
  @CsvSource({"false, 6", "true, 3"})
  void aBatchIsSearchedForEqualRowsOnlyIfSomeReplaceOthers(
      boolean replaces, long written, LocalClickHouse server) throws Exception {
    String database = "equal_" + replaces;
    prepare(server, database);
    server.query("SYSTEM STOP MERGES " + database + ".sink_output");
    ClickHouseTable events = ClickHouseTable.of(CONTRACT).get(0);
    ClickHouseTable table =
        new ClickHouseTable(
            events.name(),
            events.columns(),
            events.identity(),
            events.orderBy(),
            events.timeColumn(),
            events.ttlColumn(),
            events.ttl(),
            events.comment(),
            replaces ? List.of("ingestion_time") : List.of(),
            events.views());
    Batch batch = batch(TestEvents.withText(1), 0, 3, 1);
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), database))) {
      client.insert(table, Batch.join(List.of(batch, batch)));
    }
    assertThat(number(server, "SELECT count() FROM " + database + ".sink_output"), is(written));
    assertThat(number(server, "SELECT count() FROM " + database + ".sink_output_exact"), is(3L));
  }

  @Test
  void aColumnThatWasWidenedMeanwhileRejectsNothing(LocalClickHouse server) throws Exception {
    prepare(server, "narrow");
    ClickHouseTable table = ClickHouseTable.of(CONTRACT).get(0);
    server.query("ALTER TABLE narrow.sink_output MODIFY COLUMN duration_ms Nullable(UInt8)");
    TestEvents events = TestEvents.withText(1);
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), "narrow"))) {
      client.insert(table, batch(events, 0, 10, 1));
      Batch larger = batch(events, 250, 260, 1);
      UnfitRowsException unfit =
          assertThrows(UnfitRowsException.class, () -> client.insert(table, larger));
      String reason = "column `duration_ms`: a number outside of the range of UInt8";
      assertThat(
          unfit.rows(),
          contains(
              new UnfitRowsException.Row(6, reason),
              new UnfitRowsException.Row(7, reason),
              new UnfitRowsException.Row(8, reason),
              new UnfitRowsException.Row(9, reason)));
      assertThat(number(server, "SELECT count() FROM narrow.sink_output"), is(10L));
      server.query("ALTER TABLE narrow.sink_output MODIFY COLUMN duration_ms Nullable(UInt16)");
      client.insert(table, larger);
      client.insert(table, larger);
      assertThat(client.fits(table), is(true));
    }
    assertThat(
        server.query("SELECT count(), sum(duration_ms) FROM narrow.sink_output"), is("20\t2590\n"));
  }

  @Test
  void aTableWithOtherTypesTakesNothing(LocalClickHouse server) throws Exception {
    prepare(server, "changed");
    server.query("ALTER TABLE changed.sink_output MODIFY COLUMN duration_ms Nullable(String)");
    ClickHouseTable table = ClickHouseTable.of(CONTRACT).get(0);
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), "changed"))) {
      RuntimeException refused =
          assertThrows(
              RuntimeException.class,
              () -> client.insert(table, batch(TestEvents.withText(1), 0, 10, 1)));
      assertThat(ClickHouseErrors.understand(refused).code(), is(53));
      assertThat(client.fits(table), is(false));
    }
    assertThat(number(server, "SELECT count() FROM changed.sink_output"), is(0L));
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void everyCompressionBringsTheSameRows(Compression compression, LocalClickHouse server)
      throws Exception {
    String database = "compressed_" + compression;
    prepare(server, database);
    ClickHouseTable table = ClickHouseTable.of(CONTRACT).get(0);
    Batch batch = batch(TestEvents.withText(1), 0, 3_000, 1);
    ClickHouseConfig config =
        ClickHouseConfig.of(server.address(), database).withCompression(compression);
    try (InsertClient client = new HttpInsertClient(config)) {
      client.insert(table, batch);
      client.insert(table, batch);
    }
    assertThat(
        server.query(
            "SELECT count(), uniqExact(query_id), sum(duration_ms) FROM "
                + database
                + ".sink_output"),
        is("3000\t3000\t" + 3_000L * 2_999 / 2 + "\n"));
  }

  /** Each change comes after the client has read the columns. */
  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          duration_ms         | Int64                            |
          duration_ms         | Nullable(Float32)                | duration_ms
          duration_ms         | Nullable(UInt64)                 | duration_ms
          duration_ms         | Nullable(Decimal(20, 3))         | toInt64(duration_ms)
          database_name       | FixedString(64)                  | toStringCutToZero(database_name)
          database_name       | LowCardinality(Nullable(String)) | toString(database_name)
          event_time_extra_ns | Nullable(Int32)                  | event_time_extra_ns
          event_time_extra_ns | Int64                            | event_time_extra_ns
          ingestion_time      | DateTime64(6, 'UTC')             | toUnixTimestamp64Milli(ingestion_time)
          ingestion_time      | UInt16                           |
          payload             | String                           |
          """)
  void aColumnThatChangesUnderTheClientIsNeverMisread(
      String column, String type, @Nullable String same, LocalClickHouse server) throws Exception {
    String database = "under_" + Integer.toHexString((column + type).hashCode());
    prepare(server, database);
    ClickHouseTable table = ClickHouseTable.of(CONTRACT).get(0);
    TestEvents events = TestEvents.withText(1);
    String rows = "SELECT count() FROM " + database + ".sink_output";
    String values =
        "SELECT groupArray(v) FROM (SELECT %s AS v FROM %s.sink_output ORDER BY query_id)";
    try (InsertClient client =
        new HttpInsertClient(ClickHouseConfig.of(server.address(), database))) {
      client.insert(table, batch(events, 0, 50, 1));
      String before = same == null ? "" : server.query(values.formatted(same, database));
      String create = server.query("SHOW CREATE TABLE " + database + ".sink_output FORMAT TSVRaw");
      server.query("DROP TABLE " + database + ".sink_output");
      server.query(
          create
              .replaceFirst("(?m)^ *`" + column + "` .*$", "`" + column + "` " + type + ",")
              .replace("SETTINGS ", "SETTINGS allow_nullable_key = 1, "));
      Batch again = batch(events, 0, 50, 1);
      if (same == null) {
        RuntimeException refused =
            assertThrows(RuntimeException.class, () -> client.insert(table, again));
        assertThat(ClickHouseErrors.understand(refused).code(), is(53));
        assertThat(number(server, rows), is(0L));
      } else {
        client.insert(table, again);
        assertThat(number(server, rows), is(50L));
        assertThat(server.query(values.formatted(same, database)), is(before));
      }
    }
  }
}
