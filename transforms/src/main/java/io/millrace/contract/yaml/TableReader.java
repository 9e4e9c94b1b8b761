package io.millrace.contract.yaml;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.TableDefinition;
import io.millrace.contract.UnknownFields;
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
    TableDefinition normal = table(node.at("normal"), Kind.NORMAL, "");
    // Nothing would ever be written there if no event reports an error.
    boolean hasErrors = error != null || node.at("error").isPresent();
    YamlNode dead = optional(node.at("dead_letters"), "name", "ttl");
    return new Contract.Tables(
        normal,
        hasErrors ? table(node.at("error"), Kind.ERROR, normal.name() + "_error") : null,
        table(node.at("late"), Kind.LATE, normal.name() + "_late"),
        new Contract.DeadLetterTable(name(dead, normal.name() + "_dead"), ttl(dead)),
        audit(node.at("audit")));
  }

  private static YamlNode optional(YamlNode table, String... keys) {
    if (table.isPresent()) {
      table.allowOnly(keys);
    }
    return table;
  }

  private Contract.AuditTable audit(YamlNode node) {
    YamlNode audit = optional(node, "name", "ttl");
    return new Contract.AuditTable(name(audit, DEFAULT_AUDIT), ttl(audit));
  }

  private enum Kind {
    NORMAL,
    ERROR,
    LATE
  }

  /** A table; {@code defaultName} is empty where the contract must name it. */
  private TableDefinition table(YamlNode node, Kind kind, String defaultName) {
    if (node.isPresent() || defaultName.isEmpty()) {
      node.allowOnly("name", "columns", "order_by", "ttl");
    }
    String name = name(node, defaultName);
    List<ColumnDefinition> columns = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String column : columnNames(node.at("columns"))) {
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
        addExtraDigits(index, columns);
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
        withExtraDigits(columns),
        List.copyOf(orderBy),
        timeColumn,
        ttl(node));
  }

  /** Those that are listed, or else every column but the one of the late table. */
  private List<String> columnNames(YamlNode node) {
    return node.isPresent()
        ? node.texts()
        : rowFields.stream()
            .map(FieldDefinition::name)
            .filter(name -> !name.equals(Contract.LATE_BY_MS))
            .toList();
  }

  /**
   * A sink collapses rows whose identity columns are equal. So what the column of a time cuts off
   * has a column, too, if the time is part of the identity.
   */
  private void addExtraDigits(int index, List<ColumnDefinition> columns) {
    FieldDefinition field = rowFields.get(index);
    if (field.hasExtraDigits() && identity.contains(field.name())) {
      columns.add(ColumnDefinition.extraDigits(field, index, field.digits()));
    }
  }

  private List<String> withExtraDigits(List<ColumnDefinition> columns) {
    List<String> all = new ArrayList<>(identity);
    columns.stream()
        .filter(ColumnDefinition::hasExtraDigits)
        .map(ColumnDefinition::name)
        .forEach(all::add);
    return List.copyOf(all);
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
