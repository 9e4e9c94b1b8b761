package io.millrace.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads the {@code tables} of a contract. */
final class TableReader {
  private static final String DEFAULT_AUDIT = "audit";

  private final List<FieldDefinition> rowFields;
  private final String unknownColumn;
  private final List<String> identity;
  private final String timeColumn;
  private final @Nullable Condition error;
  private final TableNames names;

  TableReader(
      List<FieldDefinition> fields,
      UnknownFields unknown,
      List<String> identity,
      String timeColumn,
      @Nullable Condition error,
      TableNames names) {
    this.rowFields = Contract.rowFields(fields, unknown);
    this.unknownColumn = unknown.column();
    this.identity = identity;
    this.timeColumn = timeColumn;
    this.error = error;
    this.names = names;
  }

  Contract.Tables tables(YamlNode node) {
    node.allowOnly("normal", "error", "late", "dead_letters", "audit");
    YamlNode dead = node.at("dead_letters");
    dead.allowOnly("name", "ttl");
    return new Contract.Tables(
        table(node.at("normal"), Kind.NORMAL),
        table(node.at("error"), Kind.ERROR),
        table(node.at("late"), Kind.LATE),
        new Contract.DeadLetterTable(name(dead), ttl(dead)),
        audit(node.at("audit")));
  }

  private Contract.AuditTable audit(YamlNode node) {
    if (node.isPresent()) {
      node.allowOnly("name", "ttl");
    }
    return new Contract.AuditTable(name(node, DEFAULT_AUDIT), ttl(node));
  }

  private enum Kind {
    NORMAL,
    ERROR,
    LATE
  }

  private TableDefinition table(YamlNode node, Kind kind) {
    node.allowOnly("name", "columns", "order_by", "ttl");
    String name = name(node);
    List<ColumnDefinition> columns = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String column : node.at("columns").texts()) {
      int index = indexOf(column);
      if (index < 0) {
        node.at("columns")
            .mistake(
                "no field `"
                    + column
                    + "`; expected names from `fields`, "
                    + Contract.INGESTION_TIME
                    + " or "
                    + unknownColumn);
      } else if (!seen.add(column)) {
        node.at("columns").mistake("`" + column + "` stands there twice");
      } else {
        columns.add(column(index, kind));
      }
    }
    if (kind == Kind.LATE && seen.add(Contract.LATE_BY_MS)) {
      columns.add(column(indexOf(Contract.LATE_BY_MS), kind));
    }
    for (String needed : identity) {
      if (!seen.contains(needed)) {
        node.at("columns").mistake("expected `" + needed + "`: it is part of the identity");
      }
    }
    // An unknown field must have a place wherever its event is written.
    if (!seen.contains(unknownColumn)) {
      node.at("columns").mistake("expected `" + unknownColumn + "`: unknown fields are kept there");
    }
    List<String> orderBy =
        node.at("order_by").isPresent() ? node.at("order_by").texts() : List.of();
    node.at("order_by").noRepeats(orderBy);
    for (String column : orderBy) {
      if (!identity.contains(column)) {
        node.at("order_by")
            .mistake(
                "`"
                    + column
                    + "` is no part of the identity; expected only such, or repeats of an event"
                    + " could stand apart and never be collapsed");
      }
    }
    return new TableDefinition(
        name,
        List.copyOf(columns),
        List.copyOf(identity),
        List.copyOf(orderBy),
        timeColumn,
        ttl(node));
  }

  private ColumnDefinition column(int index, Kind kind) {
    FieldDefinition field = rowFields.get(index);
    boolean alwaysThere =
        (kind == Kind.ERROR
                && error != null
                && error.byPresence()
                && error.field().equals(field.name()))
            || (kind == Kind.LATE && field.name().equals(Contract.LATE_BY_MS));
    return new ColumnDefinition(field, index, field.nullable() && !alwaysThere);
  }

  private int indexOf(String column) {
    for (int i = 0; i < rowFields.size(); i++) {
      if (rowFields.get(i).name().equals(column)) {
        return i;
      }
    }
    return -1;
  }

  private String name(YamlNode table) {
    return name(table, "");
  }

  private String name(YamlNode table, String fallback) {
    YamlNode node = table.at("name");
    String name = node.textOr(fallback);
    names.claim(name, node);
    return name;
  }

  static @Nullable Duration ttl(YamlNode table) {
    Duration ttl = table.at("ttl").durationOrNull();
    if (ttl != null && ttl.toHours() < 1) {
      table.at("ttl").mistake("expected at least 1h");
      return null;
    }
    return ttl;
  }
}
