package io.millrace.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that was created by hand, with narrower and richer types than the contract's. */
class ExistingTableIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long TIME = ExistingColumn.TIME;
  private static final List<ExistingColumn> COLUMNS = ExistingColumn.ALL;
  private static final int GOOD_BETWEEN = 5;

  @TempDir private static Path directory;
  private static LocalStack stack;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private static String contract(String name) throws Exception {
    StringBuilder fields = new StringBuilder();
    for (ExistingColumn column : COLUMNS) {
      fields.append(
          "  %s: {type: %s%s}%n".formatted(column.name(), column.field(), required(column)));
    }
    String columns =
        "[id, "
            + String.join(", ", COLUMNS.stream().map(ExistingColumn::name).toList())
            + ", extra]";
    Path file = directory.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        contract: existing
        version: 1
        format: json
        fields:
          id: {type: string, required: true}
        %s
        event_time: {field: at}
        identity: [id, at]
        unknown_fields: {column: extra, as: map}
        tables:
          normal: {name: existing, columns: %s, ttl: 9000d}
          late: {name: existing_late, columns: [id, at, extra]}
          dead_letters: {name: existing_dead}
        """
            .formatted(fields.toString().stripTrailing(), columns));
    return "--contract=" + file;
  }

  private static String required(ExistingColumn column) {
    boolean container = column.field().startsWith("array") || column.field().startsWith("map");
    return container ? "" : ", required: true";
  }

  private static void createTable(String database) {
    StringBuilder columns = new StringBuilder();
    COLUMNS.forEach(column -> columns.append(column.name() + " " + column.type() + ", "));
    stack.clickHouse().query("CREATE DATABASE " + database);
    stack
        .clickHouse()
        .query(
            "CREATE TABLE "
                + database
                + ".existing (id FixedString(6), "
                + columns
                + "extra Map(LowCardinality(String), FixedString(3))) ENGINE = ReplacingMergeTree"
                + " PARTITION BY toYYYYMM(at) ORDER BY (id, at)"
                + " TTL toDateTime(greatest(least(toUnixTimestamp(at) + (9000 * 86400), 4294967295),"
                + " 1))"
                + " SETTINGS non_replicated_deduplication_window = 100");
  }

  private static String query(String sql) {
    return stack.clickHouse().query(sql).strip();
  }

  private static String output(String database) {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database;
  }

  private static String event(int number, String odd, Object value) throws Exception {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("id", "%06d".formatted(number));
    COLUMNS.forEach(column -> event.put(column.name(), column.good()));
    event.put("at", TIME + number * 1_000L);
    event.put("more", "abc");
    event.put(odd, value);
    return JSON.writeValueAsString(event);
  }

  @Test
  void eachRowThatDoesNotFitIsOneDeadLetter() throws Exception {
    createTable("existing");
    List<String> lines = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (ExistingColumn column : COLUMNS) {
      for (int i = 0; i < GOOD_BETWEEN; i++) {
        lines.add(event(lines.size(), "more", "xyz"));
      }
      if (column.bad() != null) {
        String place =
            "column `"
                + column.name()
                + "`"
                + (column.name().equals("steps") ? ", element `cost`" : "");
        expected.add(lines.size() + "\trefused_by_sink\t" + place + ": " + column.reason());
        Object bad = column.name().equals("at") ? TIME + lines.size() * 1_000L + 1 : column.bad();
        lines.add(event(lines.size(), column.name(), bad));
      }
    }
    expected.add(
        lines.size()
            + "\trefused_by_sink\tcolumn `extra`: a text longer than the 3 bytes of FixedString");
    lines.add(event(lines.size(), "more", "long"));
    int good = COLUMNS.size() * GOOD_BETWEEN;
    Path file = Files.write(directory.resolve("events.jsonl"), lines);
    String[] flags = {"--input=file://" + file, output("existing"), contract("existing")};

    MillraceProcess.Result check = MillraceCommand.run("check", flags[0], flags[1], flags[2]);
    assertThat(check.err(), check.exitCode(), is(0));
    assertThat(
        check.out() + check.err(),
        containsString(
            "table existing.existing, column u8: expected Int64, found UInt8: values that do not"
                + " fit become dead letters"));
    assertThat(check.out(), not(containsString("TTL")));

    for (int times = 1; times <= 2; times++) {
      MillraceProcess.Result run = MillraceCommand.run("run", flags[0], flags[1], flags[2]);
      assertThat(run.err(), run.exitCode(), is(0));
      assertThat(
          run.out().strip(),
          is(
              "read %d = accepted %d + error 0 + duplicate 0 + late 0 + dead %d"
                  .formatted(lines.size(), good, expected.size())));
      assertThat(
          "a replay adds nothing",
          query("SELECT count(), uniqExact(id) FROM existing.existing_exact"),
          is(good + "\t" + good));
      assertThat(
          query(
                  "SELECT `offset`, code, message FROM existing.existing_dead_exact"
                      + " ORDER BY `offset` FORMAT TSVRaw")
              .lines()
              .toList(),
          is(expected));
    }
    for (ExistingColumn column : COLUMNS) {
      if (column.good() != null) {
        assertThat(
            column.name(),
            query("SELECT DISTINCT " + column.name() + " FROM existing.existing FORMAT TSVRaw"),
            is(column.shown()));
      }
    }
    assertThat(query("SELECT DISTINCT extra FROM existing.existing"), is("{'more':'xyz'}"));
    assertThat(
        query(
            "SELECT outcome, count() FROM existing.audit_exact GROUP BY outcome ORDER BY outcome"
                + " FORMAT TSV"),
        is("accepted\t" + good + "\ndead\t" + expected.size()));
  }

  @Test
  void aColumnThatCannotBeWrittenIsOneLine() throws Exception {
    createTable("impossible");
    for (String column :
        List.of(
            "u8 Nullable(Bool)",
            "second String",
            "ref Int64",
            "v4text UUID",
            "state Enum8('up' = 2)")) {
      query("ALTER TABLE impossible.existing DROP COLUMN " + column.split(" ", 2)[0]);
      query("ALTER TABLE impossible.existing ADD COLUMN " + column);
    }
    Path file = Files.writeString(directory.resolve("none.jsonl"), "");
    MillraceProcess.Result check =
        MillraceCommand.run(
            "check", "--input=file://" + file, output("impossible"), contract("impossible"));
    assertThat(check.exitCode(), is(2));
    String none = " -> not safe to migrate: no type holds the values of both (docs/migrate.md)";
    assertThat(
        check.errLines(),
        contains(
            "millrace: table impossible.existing, column u8: expected Int64, found Nullable(Bool)"
                + none,
            "millrace: table impossible.existing, column ref: expected String, found Int64" + none,
            "millrace: table impossible.existing, column second: expected DateTime64(9, 'UTC'),"
                + " found String"
                + none,
            "millrace: table impossible.existing, column v4text: expected IPv4, found UUID" + none,
            "millrace: table impossible.existing, column state: expected Enum8('up' = 1, 'down' ="
                + " 2), found Enum8('up' = 2) -> not safe to migrate: the column lacks a value of"
                + " the enum and cannot get it, because the two number their values differently"
                + " (docs/migrate.md)"));
  }
}
