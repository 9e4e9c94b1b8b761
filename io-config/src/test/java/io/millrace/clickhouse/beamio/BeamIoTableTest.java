package io.millrace.clickhouse.beamio;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConfig.Writer;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.TestEvents;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeamIoTableTest {
  @Test
  void tableAndViewOfUserEvents() {
    BeamIoTable table = new BeamIoTable(TestEvents.userEvents().tables().normal());
    List<String> statements = table.statements("t");
    assertThat(
        statements,
        contains(
            """
            CREATE TABLE IF NOT EXISTS `t`.`user_events_beam_io`
            (
              `event_id` String,
              `event_type` String,
              `user_id` String,
              `page` Nullable(String),
              `duration` Nullable(Int64),
              `amount` Nullable(String),
              `currency` Nullable(String),
              `event_time` Int64,
              `event_time_extra_ns` Int32,
              `ingestion_time` Int64,
              `extra:keys` Array(String),
              `extra:values` Array(String)
            )
            ENGINE = Null
            COMMENT 'Millrace: staging of ClickHouseIO for user_events'\
            """,
            """
            CREATE MATERIALIZED VIEW IF NOT EXISTS `t`.`user_events_from_beam_io`
            TO `t`.`user_events`
            AS SELECT
              CAST(`event_id`, 'String') AS `event_id`,
              CAST(`event_type`, 'LowCardinality(String)') AS `event_type`,
              CAST(`user_id`, 'String') AS `user_id`,
              CAST(`page`, 'LowCardinality(Nullable(String))') AS `page`,
              CAST(`duration`, 'Nullable(Int64)') AS `duration`,
              CAST(`amount`, 'Nullable(Decimal(18, 4))') AS `amount`,
              CAST(`currency`, 'LowCardinality(Nullable(String))') AS `currency`,
              CAST(fromUnixTimestamp64Milli(`event_time`, 'UTC'), 'DateTime64(3, \\'UTC\\')') AS `event_time`,
              CAST(`event_time_extra_ns`, 'Int32') AS `event_time_extra_ns`,
              CAST(fromUnixTimestamp64Milli(`ingestion_time`, 'UTC'), 'DateTime64(3, \\'UTC\\')') AS `ingestion_time`,
              mapFromArrays(`extra:keys`, `extra:values`) AS `extra`
            FROM `t`.`user_events_beam_io`\
            """));
  }

  @Test
  void aColumnThatCannotBeStagedIsAProblemOfEachTable() {
    Contract contract = ContractLoader.parse(AllTypes.YAML, "all.yaml");
    // Found before the server is asked: there is none.
    List<String> problems =
        ClickHouseSink.of(
                ClickHouseConfig.of("http://127.0.0.1:1", "d").withWriter(Writer.BEAM_IO),
                contract,
                DeadLetterFactory.of(contract, "test", Clock.system()),
                Clock.system())
            .check();
    String rest =
        ", column steps: Beam's ClickHouseIO cannot write Array(Tuple(`name` String, `cost`"
            + " Nullable(Decimal(9, 2)), `at` Nullable(DateTime64(6, 'UTC')))), directly or staged;"
            + " use --clickHouseWriter=millrace, or remove the column from the contract's table";
    assertThat(
        problems,
        contains(
            "table everything" + rest,
            "table everything_error" + rest,
            "table everything_late" + rest));
  }
}
