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
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.clickhouse.schema.ClickHouseTable.Column;
import io.millrace.clickhouse.schema.ServerTables.ServerColumn;
import io.millrace.clickhouse.schema.ServerTables.ServerTable;
import io.millrace.io.SinkMigration;
import io.millrace.io.SinkMigration.Change;
import io.millrace.io.schema.Difference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is planned for which difference; whether the server does it is another test's to see. */
class TableMigrationTest {
  @ParameterizedTest(name = "{1} becomes {2} for {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Int64 | Int32 | Int64
          Float64 | Int32 | Float64
          Nullable(Int32) | Int32 | Nullable(Int32)
          Nullable(Int64) | Int32 | Nullable(Int64)
          Int64 | Nullable(Int32) | Nullable(Int64)
          Nullable(String) | String | Nullable(String)
          Nullable(String) | LowCardinality(String) | Nullable(String)
          LowCardinality(Nullable(String)) | String | LowCardinality(Nullable(String))
          LowCardinality(Nullable(String)) | Nullable(String) | LowCardinality(Nullable(String))
          LowCardinality(String) | String | LowCardinality(String)
          Decimal(18, 4) | Decimal(9, 2) | Decimal(18, 4)
          Nullable(Decimal(18, 2)) | Decimal(9, 2) | Nullable(Decimal(18, 2))
          Array(Int64) | Array(Int32) | Array(Int64)
          Nullable(Decimal(9, 2)) | Decimal(38, 4) | Nullable(Decimal(38, 4))
          Decimal(9, 4) | Decimal(9, 2) | Decimal(11, 4)
          Decimal(9, 4) | Nullable(Decimal(18, 2)) | Nullable(Decimal(20, 4))
          Nullable(Int32) | Int64 | Nullable(Int64)
          Nullable(Int32) | Float64 | Nullable(Float64)
          Int64 | Decimal(9, 2) | Decimal(21, 2)
          Nullable(Decimal(9, 2)) | Int32 | Nullable(Decimal(12, 2))
          Nullable(JSON) | JSON(max_dynamic_paths=4) | Nullable(JSON(max_dynamic_paths=4))
          Tuple(`a` Int64, `b` Nullable(Int32)) | Tuple(`a` Int32, `b` Int64) | Tuple(`a` Int64, `b` Nullable(Int64))
          """)
  void isWidened(String expected, String found, String type) {
    SinkMigration migration = planTypes(expected, found);
    assertThat(migration.refused(), is(empty()));
    assertThat(statements(migration).get(0), is("ALTER TABLE `db`.`t` MODIFY COLUMN `v` " + type));
  }

  @ParameterizedTest(name = "{1} stays for {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Int32 | Int64
          Int32 | Float64
          Int32 | Nullable(Int32)
          String | LowCardinality(String)
          String | Nullable(String)
          Decimal(9, 2) | Decimal(18, 4)
          Nullable(String) | LowCardinality(Nullable(String))
          """)
  void servesAsItIs(String expected, String found) {
    SinkMigration migration = planTypes(expected, found);
    assertThat(migration.refused(), is(empty()));
    assertThat(migration.changes(), is(empty()));
    List<Difference> differences =
        differences(table(null, Column.of("v", expected)), server(SETTINGS, column("v", found)));
    assertThat(differences, hasSize(1));
    assertThat(differences.get(0).blocks(), is(false));
  }

  @ParameterizedTest(name = "{1} is refused for {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Int64 | String
          String | Int64
          Int32 | Bool
          Decimal(9, 2) | Float64
          Float64 | Decimal(9, 2)
          Array(Int64) | Array(String)
          Tuple(`a` Int32) | Tuple(`b` Int32)
          DateTime64(3, 'UTC') | String
          Bool | String
          JSON | String
          """)
  void isRefused(String expected, String found) {
    SinkMigration migration = planTypes(expected, found);
    assertThat(migration.changes(), is(empty()));
    assertThat(
        migration.refused(),
        contains(
            "table db.t, column v: expected "
                + expected
                + ", found "
                + found
                + " -> not safe to migrate: no type holds the values of both"
                + " (docs/migrate.md); nothing of this table is changed"));
  }

  @Test
  void newColumnsAndTheViewOfAll() {
    SinkMigration migration =
        plan(
            table(
                null,
                Column.of("a", "Nullable(Int64)", "ZSTD(1)"),
                new Column("b", "String", null, "'it''s'", false),
                Column.of("c", "Array(String)")),
            server(SETTINGS, new ServerColumn("older", "Int32", "DEFAULT", false, false)),
            false);
    assertThat(
        statements(migration),
        contains(
            "ALTER TABLE `db`.`t` ADD COLUMN IF NOT EXISTS `a` Nullable(Int64) CODEC(ZSTD(1))",
            "ALTER TABLE `db`.`t` ADD COLUMN IF NOT EXISTS `b` String DEFAULT 'it''s'",
            "ALTER TABLE `db`.`t` ADD COLUMN IF NOT EXISTS `c` Array(String) DEFAULT []",
            "CREATE OR REPLACE VIEW `db`.`t_exact`\nAS SELECT `id`, `at`, `older`, `a`, `b`, `c`\n"
                + "FROM `db`.`t` FINAL\nSETTINGS do_not_merge_across_partitions_select_final = 1"));
    assertThat(
        migration.changes().stream().map(Change::what).toList(),
        contains(
            "added, older rows show NULL",
            "added, older rows show 'it''s'",
            "added, older rows show [] because the contract has no default",
            "created anew"));
  }

  @Test
  void aColumnThatTheContractNoLongerHas() {
    SinkMigration migration =
        plan(
            table(null),
            server(
                SETTINGS,
                column("n", "Int64"),
                column("s", "LowCardinality(String)"),
                column("ok", "LowCardinality(Nullable(String))")),
            false);
    assertThat(
        statements(migration),
        contains(
            "ALTER TABLE `db`.`t` MODIFY COLUMN `n` DEFAULT 0",
            "ALTER TABLE `db`.`t` MODIFY COLUMN `s` DEFAULT ''"));
  }

  @Test
  void settingsThatAreMissing() {
    assertThat(
        statements(plan(table(null), server(" SETTINGS index_granularity = 8192"), false)),
        contains(
            "ALTER TABLE `db`.`t` MODIFY SETTING non_replicated_deduplication_window = 1000,"
                + " replicated_deduplication_window = 10000,"
                + " replicated_deduplication_window_seconds = 604800"));
    assertThat(
        "another value is somebody's choice, none at all is not",
        statements(
            plan(
                table(null),
                server(
                    " SETTINGS replicated_deduplication_window_seconds = 60,"
                        + " non_replicated_deduplication_window = 0,"
                        + " replicated_deduplication_window = 5"),
                false)),
        contains("ALTER TABLE `db`.`t` MODIFY SETTING non_replicated_deduplication_window = 1000"));
  }

  private static SinkMigration planTtl(@Nullable Duration expected, String found, boolean expired) {
    return plan(table(expected), server(found + SETTINGS), expired);
  }

  @Test
  void aTtl() {
    String tenDays = " TTL " + TableTtl.expression("at", Duration.ofDays(10)).replace("`", "");
    assertThat(planTtl(Duration.ofDays(10), tenDays, true), is(SinkMigration.NONE));
    assertThat(statements(planTtl(Duration.ofDays(90), tenDays, false)), contains(setTtl(90)));
    assertThat(
        statements(planTtl(null, tenDays, true)), contains("ALTER TABLE `db`.`t` REMOVE TTL"));
    assertThat(statements(planTtl(Duration.ofDays(9), "", false)), contains(setTtl(9)));
    for (SinkMigration refused :
        List.of(
            planTtl(Duration.ofDays(9), tenDays, false),
            planTtl(Duration.ofDays(9), "", true),
            planTtl(Duration.ofDays(90), tenDays, true),
            planTtl(Duration.ofDays(900), " TTL toDateTime(other) + toIntervalDay(10)", false),
            planTtl(Duration.ofDays(900), " TTL at + toIntervalMonth(1) WHERE id = ''", false))) {
      assertThat(refused.changes(), is(empty()));
      assertThat(refused.refused().get(0), startsWith("table db.t: TTL: expected toDateTime("));
    }
  }

  private static String setTtl(int days) {
    return "ALTER TABLE `db`.`t` MODIFY TTL " + TableTtl.expression("at", Duration.ofDays(days));
  }

  @Test
  void aTtlThatOverflows() {
    String old = " TTL toDateTime(at) + toIntervalDay(10)";
    assertThat(statements(planTtl(Duration.ofDays(10), old, false)), contains(setTtl(10)));
    assertThat(statements(planTtl(Duration.ofDays(90), old, false)), contains(setTtl(90)));
    assertThat(
        "no sooner", statements(planTtl(Duration.ofDays(9), old, false)), contains(setTtl(10)));
    assertThat(planTtl(Duration.ofDays(10), old, true).refused(), hasSize(1));
    assertThat(statements(planTtl(null, old, true)), contains("ALTER TABLE `db`.`t` REMOVE TTL"));
    String sum = " TTL at + toIntervalDay(10)";
    assertThat(planTtl(Duration.ofDays(10), sum, true), is(SinkMigration.NONE));
    assertThat(TableTtl.of(sum).canOverflow("DateTime64(9, 'UTC')"), is(true));
    assertThat(TableTtl.of(sum).canOverflow("DateTime64(6, 'UTC')"), is(false));
    assertThat(TableTtl.of(sum).canOverflow("DateTime"), is(true));
  }

  @Test
  void nothingOfATableIsChangedIfSomethingIsRefused() {
    SinkMigration migration =
        plan(
            table(null, Column.of("v", "Int64"), Column.of("w", "String")),
            server("", column("v", "String")),
            false);
    assertThat(migration.changes(), is(empty()));
    assertThat(migration.refused(), hasSize(1));
  }

  @Test
  void aColumnInAKey() {
    Map<String, ServerTable> found = server(SETTINGS);
    found.get("t").columns().put("id", new ServerColumn("id", "Int32", "", true, false));
    ClickHouseTable table =
        new ClickHouseTable(
            "t",
            List.of(Column.of("id", "Nullable(Int64)"), Column.of("at", ClickHouseTypes.TIME)),
            List.of("id", "at"),
            List.of("`id`", "`at`"),
            "at",
            "at",
            null,
            "",
            List.of(),
            List.of());
    assertThat(
        plan(table, found, false).refused().get(0),
        containsString("the column is in the sorting or partition key"));
  }

  @Test
  void aViewThatShowsAnOlderType() {
    Map<String, ServerTable> found = server(SETTINGS, column("v", "Int64"));
    Map<String, ServerColumn> shown = new LinkedHashMap<>(found.get("t").columns());
    shown.put("v", column("v", "Int32"));
    found.put("t_exact", new ServerTable("t_exact", "View", "", "", "", shown));
    // Also for a contract that needs no more than the view shows: others read it.
    for (String needed : List.of("Int64", "Int32")) {
      assertThat(
          statements(plan(table(null, Column.of("v", needed)), found, false)).get(0),
          startsWith("CREATE OR REPLACE VIEW `db`.`t_exact`"));
    }
  }

  @Test
  void aNameThatIsTaken() {
    Map<String, ServerTable> found = server(SETTINGS);
    found.put("t_exact", new ServerTable("t_exact", "Memory", "", "", "", Map.of()));
    assertThat(
        plan(table(null), found, false).refused().get(0),
        startsWith(
            "view db.t_exact: expected a view, found a table of engine Memory -> not safe to"
                + " migrate: the name is taken"));
  }

  @Test
  void aDatabaseThatIsNotThere() {
    List<String> statements = statements(plan(table(null), Map.of(), false));
    assertThat(statements, hasSize(3));
    assertThat(statements.get(0), is("CREATE DATABASE IF NOT EXISTS `db`"));
    assertThat(statements.get(1), startsWith("CREATE TABLE IF NOT EXISTS `db`.`t`"));
    assertThat(statements.get(2), startsWith("CREATE VIEW IF NOT EXISTS `db`.`t_exact`"));
  }
}
