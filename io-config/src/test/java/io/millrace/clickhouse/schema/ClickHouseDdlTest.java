package io.millrace.clickhouse.schema;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.TestEvents;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClickHouseDdlTest {
  @Test
  void normalTableOfQueryEvents() {
    assertThat(
        ClickHouseDdl.createTable("telemetry", ClickHouseTable.of(TestEvents.queryEvents()).get(0)),
        is(
            """
            CREATE TABLE IF NOT EXISTS `telemetry`.`sink_output`
            (
              `query_id` String CODEC(ZSTD(1)),
              `event_type` LowCardinality(String),
              `query_text` String CODEC(ZSTD(1)),
              `user_id` String CODEC(ZSTD(1)),
              `database_name` LowCardinality(String),
              `duration_ms` Nullable(Int64) CODEC(ZSTD(1)),
              `rows_affected` Nullable(Int64) CODEC(ZSTD(1)),
              `payload` Nullable(String) CODEC(ZSTD(1)),
              `event_time` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
              `event_time_extra_ns` Int32 CODEC(ZSTD(1)),
              `ingestion_time` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
              `extra` String CODEC(ZSTD(1)),
              `inserted_at` DateTime64(3, 'UTC') MATERIALIZED now64(3, 'UTC') CODEC(Delta(8), ZSTD(1))
            )
            ENGINE = ReplacingMergeTree
            PARTITION BY toYYYYMMDD(`event_time`)
            ORDER BY (`event_type`, toStartOfHour(`event_time`), `query_id`, `event_time`, `event_time_extra_ns`)
            SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800
            COMMENT 'Millrace contract query-events version 1'\
            """));
  }

  @Test
  void normalTableOfUserEvents() {
    assertThat(
        ClickHouseDdl.createTable("t", ClickHouseTable.of(TestEvents.userEvents()).get(0)),
        is(
            """
            CREATE TABLE IF NOT EXISTS `t`.`user_events`
            (
              `event_id` String CODEC(ZSTD(1)),
              `event_type` LowCardinality(String),
              `user_id` String CODEC(ZSTD(1)),
              `page` LowCardinality(Nullable(String)),
              `duration` Nullable(Int64) CODEC(ZSTD(1)),
              `amount` Nullable(Decimal(18, 4)) CODEC(ZSTD(1)),
              `currency` LowCardinality(Nullable(String)),
              `event_time` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
              `event_time_extra_ns` Int32 CODEC(ZSTD(1)),
              `ingestion_time` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
              `extra` Map(String, String) CODEC(ZSTD(1)),
              `inserted_at` DateTime64(3, 'UTC') MATERIALIZED now64(3, 'UTC') CODEC(Delta(8), ZSTD(1))
            )
            ENGINE = ReplacingMergeTree
            PARTITION BY toYYYYMMDD(`event_time`)
            ORDER BY (toStartOfHour(`event_time`), `event_id`, `event_time`, `event_time_extra_ns`)
            TTL toDateTime(greatest(least(intDiv(toUnixTimestamp64Milli(`event_time`), 1000) + (1825 * 86400), 4294967295), 1))
            SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800, ttl_only_drop_parts = 1
            COMMENT 'Millrace contract user-events version 1'\
            """));
  }

  @Test
  void deadLetterTableAndItsExactView() {
    ClickHouseTable dead = ClickHouseTable.of(TestEvents.queryEvents()).get(3);
    String table = ClickHouseDdl.createTable("t", dead);
    assertThat(table, containsString("`value` Nullable(String) CODEC(ZSTD(1))"));
    assertThat(table, containsString("`headers` Map(String, String)"));
    assertThat(table, containsString("PARTITION BY toYYYYMMDD(`record_time`)\n"));
    assertThat(table, containsString("ORDER BY (`topic`, `partition`, `offset`, `record_time`)\n"));
    assertThat(
        table,
        containsString(
            "TTL toDateTime(greatest(least(intDiv(toUnixTimestamp64Milli(`inserted_at`), 1000) + (90 * 86400), 4294967295), 1))\n"));
    assertThat(
        ClickHouseDdl.exactView(ClickHouseDdl.IF_MISSING, "t", dead, dead.columnNames()),
        is(
            "CREATE VIEW IF NOT EXISTS `t`.`dead_letters_exact`\n"
                + "AS SELECT `topic`, `partition`, `offset`, `key`, `value`, `headers`, `code`,"
                + " `message`, `stage`, `contract`, `contract_version`, `consumer`, `record_time`,"
                + " `first_seen`, `attempt`\n"
                + "FROM `t`.`dead_letters` FINAL\n"
                + "SETTINGS do_not_merge_across_partitions_select_final = 1"));
  }

  @Test
  void theAuditTableHoldsBatches() {
    ClickHouseTable audit = ClickHouseTable.of(TestEvents.userEvents()).get(4);
    assertThat(audit.exactView(), is("audit_exact"));
    assertThat(
        ClickHouseDdl.createTable("t", audit),
        is(
            """
            CREATE TABLE IF NOT EXISTS `t`.`audit_batches`
            (
              `contract` LowCardinality(String),
              `topic` LowCardinality(String),
              `partition` Int32 CODEC(ZSTD(1)),
              `minute` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
              `outcome` LowCardinality(String) CODEC(ZSTD(1)),
              `written_at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
              `records` UInt32 CODEC(ZSTD(1)),
              `offsets` Array(Int64) CODEC(Delta(8), ZSTD(1)),
              `record_times` Array(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(1)),
              `event_times` Array(DateTime64(3, 'UTC')) CODEC(Delta(8), ZSTD(1)),
              `element_numbers` Array(Int32) CODEC(ZSTD(1)),
              `element_counts` Array(Int32) CODEC(ZSTD(1)),
              `inserted_at` DateTime64(3, 'UTC') MATERIALIZED now64(3, 'UTC') CODEC(Delta(8), ZSTD(1))
            )
            ENGINE = ReplacingMergeTree
            PARTITION BY toYYYYMMDD(`minute`)
            ORDER BY (`contract`, `topic`, `partition`, `minute`, `outcome`, `written_at`, `offsets`, `element_numbers`)
            TTL toDateTime(greatest(least(intDiv(toUnixTimestamp64Milli(`inserted_at`), 1000) + (30 * 86400), 4294967295), 1))
            SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800, ttl_only_drop_parts = 1
            COMMENT 'Millrace audit: how each event ended'\
            """));
  }

  @Test
  void theErrorColumnOfTheErrorTableIsNeverNull() {
    List<ClickHouseTable> tables = ClickHouseTable.of(TestEvents.queryEvents());
    assertThat(
        ClickHouseDdl.createTable("t", tables.get(1)),
        containsString("`error` String CODEC(ZSTD(1)),"));
    assertThat(
        ClickHouseDdl.createTable("t", tables.get(2)),
        containsString("`error` Nullable(String) CODEC(ZSTD(1)),"));
  }

  @Test
  void everyTypeHasItsColumn() {
    Contract contract = ContractLoader.parse(AllTypes.YAML, "all.yaml");
    assertThat(
        ClickHouseTable.of(contract).get(0).columns().stream()
            .map(c -> c.name() + " " + c.type())
            .toList(),
        contains(
            "id UUID",
            "text Nullable(String)",
            "either Nullable(String)",
            "raw Nullable(String)",
            "label LowCardinality(Nullable(String))",
            "i32 Nullable(Int32)",
            "i64 Nullable(Int64)",
            "f64 Nullable(Float64)",
            "d9 Nullable(Decimal(9, 2))",
            "d18 Nullable(Decimal(18, 6))",
            "d38 Nullable(Decimal(38, 10))",
            "flag Nullable(Bool)",
            "other_time Nullable(DateTime64(3, 'UTC'))",
            "names Array(String)",
            "u64 Nullable(UInt64)",
            "f32 Nullable(Float32)",
            "v4 Nullable(IPv4)",
            "v6 Nullable(IPv6)",
            "state Nullable(Enum8('up' = 1, 'do\\'wn' = 2))",
            "wide Nullable(Enum16('near' = -1, 'far' = 300))",
            "counts Map(String, UInt64)",
            "marks Map(String, DateTime64(6, 'UTC'))",
            "grid Array(Array(Float32))",
            "numbers Array(Int64)",
            "steps Array(Tuple(`name` String, `cost` Nullable(Decimal(9, 2)), `at`"
                + " Nullable(DateTime64(6, 'UTC'))))",
            "event_time DateTime64(9, 'UTC')",
            "ingestion_time DateTime64(3, 'UTC')",
            "extra Map(String, String)"));
  }

  @Test
  void allStatementsInOrder() {
    List<String> all = Creations.of("t", ClickHouseTable.of(TestEvents.queryEvents()));
    // The database, seven tables each with its views, of which the audit has three, three rollups.
    assertThat(all, hasSize(21));
    assertThat(all.get(0), is("CREATE DATABASE IF NOT EXISTS `t`"));
    assertThat(all.get(20), startsWith("CREATE VIEW IF NOT EXISTS `t`.`"));
    assertThat(
        all.get(10),
        startsWith("CREATE VIEW IF NOT EXISTS `t`.`audit`\nAS SELECT contract, topic,"));
  }
}
