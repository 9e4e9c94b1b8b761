package io.millrace.clickhouse.schema;

import static io.millrace.clickhouse.schema.FoundTables.SETTINGS;
import static io.millrace.clickhouse.schema.FoundTables.column;
import static io.millrace.clickhouse.schema.FoundTables.differences;
import static io.millrace.clickhouse.schema.FoundTables.plan;
import static io.millrace.clickhouse.schema.FoundTables.planTypes;
import static io.millrace.clickhouse.schema.FoundTables.server;
import static io.millrace.clickhouse.schema.FoundTables.statements;
import static io.millrace.clickhouse.schema.FoundTables.table;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.io.SinkMigration;
import io.millrace.io.schema.Difference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a check says of columns whose types are not the contract's. */
class OtherColumnTypesTest {
  @ParameterizedTest(name = "{0} is written into {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Int64 | UInt64 | checked
          Int64 | Nullable(UInt16) | checked
          Int64 | Float64 | checked
          Float64 | Int64 | checked
          Decimal(76, 0) | Decimal(9, 2) | checked
          String | FixedString(8) | checked
          String | LowCardinality(FixedString(2)) | checked
          Nullable(String) | Nullable(Enum8('a, b' = 1, 'it\\'s' = 2)) | checked
          String | IPv4 | checked
          DateTime64(3, 'UTC') | DateTime | checked
          DateTime64(3, 'UTC') | DateTime('Asia/Tokyo') | checked
          DateTime64(3, 'UTC') | DateTime64(9, 'UTC') | checked
          Array(Int64) | Array(UInt8) | checked
          Tuple(`a` Int32, `b` String) | Tuple(`a` Int8, `b` String) | checked
          DateTime64(3, 'UTC') | DateTime64(3, 'Asia/Tokyo') | exact
          DateTime64(3, 'UTC') | DateTime64(6) | exact
          UInt64 | UInt8 | checked
          UInt64 | Int64 | checked
          UInt64 | Float64 | checked
          Float32 | Int16 | checked
          IPv6 | IPv4 | checked
          Map(String, UInt64) | Map(String, UInt8) | checked
          Array(Array(UInt64)) | Array(Array(UInt8)) | checked
          IPv4 | IPv6 | exact
          IPv4 | UInt32 | exact
          IPv6 | LowCardinality(String) | exact
          Enum8('a' = 1, 'b' = 2) | Enum8('b' = 1, 'a' = 2) | exact
          Enum8('a' = 1) | String | exact
          Int64 | Int128 | exact
          Bool | UInt8 | exact
          Bool | Int32 | exact
          UUID | String | exact
          Tuple(`a` Int32) | Tuple(Int32) | exact
          """)
  void isWrittenAsItIs(String expected, String found, String kind) {
    ClickHouseTable table = table(null, Column.of("v", expected));
    Map<String, ServerTable> server = server(SETTINGS, column("v", found));
    assertThat(plan(table, server, false), is(SinkMigration.NONE));
    List<Difference> differences = differences(table, server);
    assertThat(differences, hasSize(1));
    assertThat(differences.get(0).effect(), is(Difference.Effect.NOTE));
    assertThat(
        differences.get(0).line(),
        is(
            "table db.t, column v: expected "
                + expected
                + ", found "
                + found
                + (kind.equals("checked")
                    ? ": values that do not fit become dead letters"
                    : ", which holds every value; it stays")));
  }

  /** A run can start with it, and it need not stay so. */
  @ParameterizedTest(name = "{1} for {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Int64 | Int32 | Int64
          Float64 | Float32 | Float64
          Decimal(9, 4) | Decimal(9, 2) | Decimal(11, 4)
          """)
  void isCheckedUntilItIsWidened(String expected, String found, String type) {
    Difference difference =
        differences(table(null, Column.of("v", expected)), server(SETTINGS, column("v", found)))
            .get(0);
    assertThat(difference.effect(), is(Difference.Effect.NOTE));
    assertThat(difference.line(), containsString(": values that do not fit become dead letters"));
    assertThat(planTypes(expected, found).changes().get(0).statement(), endsWith(" `v` " + type));
  }

  @Test
  void aNullIsNotLeftToTheCheckOfEachRow() {
    ClickHouseTable table = table(null, Column.of("v", "Nullable(Int64)"));
    assertThat(
        differences(table, server(SETTINGS, column("v", "UInt8"))).get(0).blocks(), is(true));
    assertThat(
        statements(planTypes("Nullable(Int64)", "UInt8")).get(0),
        endsWith("MODIFY COLUMN `v` Nullable(UInt8)"));
    assertThat(
        statements(planTypes("Nullable(String)", "LowCardinality(FixedString(2))")).get(0),
        endsWith("MODIFY COLUMN `v` LowCardinality(Nullable(FixedString(2)))"));
    Map<String, ServerTable> inKey =
        server(SETTINGS, new ServerColumn("v", "UInt8", "", false, true));
    assertThat(
        plan(table, inKey, false).refused().get(0), containsString("column v: expected Nullable"));
  }

  @Test
  void anEnumLacksAValue() {
    ClickHouseTable table = table(null, Column.of("v", "Enum8('a' = 1, 'b' = 2)"));
    Difference free = differences(table, server(SETTINGS, column("v", "Enum8('a' = 1)"))).get(0);
    assertThat(free.blocks(), is(true));
    assertThat(
        statements(planTypes("Enum8('a' = 1, 'b' = 2)", "Enum8('a' = 1)")).get(0),
        endsWith("MODIFY COLUMN `v` Enum8('a' = 1, 'b' = 2)"));
    for (String taken : List.of("Enum8('a' = 1, 'c' = 2)", "Enum16('a' = 2)")) {
      assertThat(
          plan(table, server(SETTINGS, column("v", taken)), false).refused().get(0),
          containsString(
              "the column lacks a value of the enum and cannot get it, because the two number"
                  + " their values differently"));
    }
  }

  @Test
  void aRollUpHasNoDeadLetters() {
    ClickHouseTable events = table(null, Column.of("v", "Int64"));
    ClickHouseTable rollup =
        new ClickHouseTable(
            "t",
            events.columns(),
            events.identity(),
            events.orderBy(),
            "at",
            "at",
            null,
            "",
            List.of("v"),
            List.of());
    Map<String, ServerTable> found = server(SETTINGS, column("v", "UInt64"));
    found.computeIfPresent(
        "t",
        (name, t) ->
            new ServerTable(name, t.engine(), "v", t.engineFull(), t.sortingKey(), t.columns()));
    assertThat(
        plan(rollup, found, false).refused(),
        contains(
            "table db.t, column v: expected Int64, found UInt64 -> not safe to migrate: a row of"
                + " table t that does not fit cannot become a dead letter (docs/migrate.md);"
                + " nothing of this table is changed"));
  }

  @Test
  void theTtlOfATimeInSeconds() {
    String bounded =
        "toDateTime(greatest(least(toUnixTimestamp(`at`) + (10 * 86400), 4294967295), 1))";
    for (String old : List.of("", " TTL at + toIntervalDay(10)")) {
      Map<String, ServerTable> found = server(old + SETTINGS);
      found
          .get("t")
          .columns()
          .put("at", new ServerColumn("at", "DateTime('Asia/Tokyo')", "", true, true));
      assertThat(
          statements(plan(table(Duration.ofDays(10)), found, false)),
          contains("ALTER TABLE `db`.`t` MODIFY TTL " + bounded));
    }
    TableTtl ttl = TableTtl.of("x TTL " + bounded.replace("`", "") + SETTINGS);
    assertThat(ttl.isSameAs(table(Duration.ofDays(10))), is(true));
    assertThat(ttl.canOverflow("DateTime"), is(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Date", "Date32"})
  void theTtlOfADate(String type) {
    String bounded =
        "toDateTime(greatest(least((toInt64(`at`) * 86400) + (10 * 86400), 4294967295), 1))";
    for (String old : List.of("", " TTL at + toIntervalDay(9)")) {
      Map<String, ServerTable> found = server(old + SETTINGS);
      found.get("t").columns().put("at", new ServerColumn("at", type, "", false, true));
      assertThat(
          statements(plan(table(Duration.ofDays(10)), found, false)),
          contains("ALTER TABLE `db`.`t` MODIFY TTL " + bounded));
    }
    TableTtl ttl = TableTtl.of("x TTL " + bounded.replace("`", "") + SETTINGS);
    assertThat(ttl.isSameAs(table(Duration.ofDays(10))), is(true));
    assertThat(ttl.canOverflow(type), is(false));
    TableTtl sum = TableTtl.of("x TTL at + toIntervalDay(10)" + SETTINGS);
    assertThat(sum.canOverflow(type), is(type.equals("Date")));
  }

  @ParameterizedTest
  @CsvSource({"UUID, true", "IPv6, true", "IPv4, false", "FixedString(3), false"})
  void inAKeyDifferentValuesStayDifferent(String type, boolean blocks) {
    Map<String, ServerTable> found = server(SETTINGS);
    found.get("t").columns().put("id", new ServerColumn("id", type, "", true, false));
    Difference difference = differences(table(null), found).get(0);
    assertThat(difference.line(), difference.blocks(), is(blocks));
    if (blocks) {
      assertThat(
          difference.line(),
          containsString("the column is in a key, and different values would become equal"));
    }
  }
}
