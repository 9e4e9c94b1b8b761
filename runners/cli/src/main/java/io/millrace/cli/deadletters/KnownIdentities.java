package io.millrace.cli.deadletters;

import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.TableRowWriter;
import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Event;
import io.millrace.event.RowBuffer;
import io.millrace.verify.ClickHouseQueries;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells which events have an identity that the tables of accepted events or of errors hold. Asks
 * with the same encoding as rows are written with, and only in the range of the events' times.
 */
final class KnownIdentities {
  /** Bytes of one question, which appear four times as text: the server's limit is 256 KiB. */
  private static final int MOST_BYTES = 24 << 10;

  private static final long MARGIN_MILLIS = 1_000;

  private final ClickHouseQueries tables;
  private final List<Questions> questions = new ArrayList<>();

  /** How to ask one table. */
  private record Questions(
      String table, String time, List<String> columns, String structure, TableRowWriter writer) {}

  KnownIdentities(ClickHouseQueries tables, Contract contract) {
    this.tables = tables;
    List<TableDefinition> all = new ArrayList<>(contract.tables().accepted());
    TableDefinition errors = contract.tables().error();
    if (errors != null) {
      all.add(errors);
    }
    for (TableDefinition table : all) {
      if (tables.hasTable(table.name())) {
        questions.add(questions(contract, table));
      }
    }
  }

  private static Questions questions(Contract contract, TableDefinition table) {
    List<ColumnDefinition> identity =
        table.columns().stream().filter(c -> table.identity().contains(c.name())).toList();
    List<String> names = identity.stream().map(ColumnDefinition::name).toList();
    String structure =
        ClickHouseTable.of(contract, table).columns().stream()
            .filter(column -> names.contains(column.name()))
            .map(column -> "`" + column.name() + "` " + column.type())
            .collect(Collectors.joining(", "));
    return new Questions(
        table.name(),
        table.timeColumn(),
        names,
        structure,
        TableRowWriter.of(
            new TableDefinition(table.name(), identity, List.of(), List.of(), "", null)));
  }

  /** The indexes of the events whose identities are known. */
  Set<Integer> of(List<Event> events) {
    Set<Integer> known = new HashSet<>();
    for (Questions asked : questions) {
      int from = 0;
      RowBuffer rows = new RowBuffer(MOST_BYTES);
      for (int i = 0; i < events.size(); i++) {
        int before = rows.size();
        rows.writeInt(i);
        try {
          asked.writer.write(events.get(i).values(), rows);
        } catch (InvalidRowException e) {
          // No table holds such a row. The sink rejects it.
          rows.truncate(before);
        }
        if (rows.size() >= MOST_BYTES) {
          ask(asked, events.subList(from, i + 1), rows, known);
          from = i + 1;
          rows = new RowBuffer(MOST_BYTES);
        }
      }
      ask(asked, events.subList(from, events.size()), rows, known);
    }
    return known;
  }

  private void ask(Questions asked, List<Event> events, RowBuffer rows, Set<Integer> known) {
    if (rows.size() == 0) {
      return;
    }
    long first = events.stream().mapToLong(Event::eventTimeMillis).min().orElseThrow();
    long last = events.stream().mapToLong(Event::eventTimeMillis).max().orElseThrow();
    String columns =
        asked.columns.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    String given =
        "format(RowBinary, %s, unhex('%s'))"
            .formatted(
                ClickHouseQueries.literal("_number UInt32, " + asked.structure),
                HexFormat.of().formatHex(rows.toByteArray()));
    tables.rows(
        """
        SELECT _number FROM %1$s WHERE (%2$s) IN (SELECT %2$s FROM `%3$s`
          WHERE `%4$s` >= %5$s AND `%4$s` <= %6$s AND (%2$s) IN (SELECT %2$s FROM %1$s))
        SETTINGS transform_null_in = 1
        """
            .formatted(
                given,
                columns,
                asked.table,
                asked.time,
                time(first - MARGIN_MILLIS),
                time(last + MARGIN_MILLIS)),
        row -> known.add(Integer.parseInt(row[0])));
  }

  private static String time(long millis) {
    return ClickHouseQueries.time(ValueEncoders.storable(millis));
  }
}
