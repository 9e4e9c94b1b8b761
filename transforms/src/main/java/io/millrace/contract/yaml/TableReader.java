package io.millrace.contract.yaml;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Condition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.TableDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the {@code tables} of a contract.
 *
 * @param rowFields all columns of an event's row, see {@link Contract#rowFields()}
 * @param unknownColumn the column for unknown fields
 * @param conditions reads the conditions of routes
 * @param names the names of the contract's tables so far
 */
record TableReader(
    List<FieldDefinition> rowFields,
    String unknownColumn,
    List<String> identity,
    String timeColumn,
    @Nullable Condition error,
    ConditionReader conditions,
    Set<String> names) {
  private static final String DEFAULT_AUDIT = "audit";

  /** Characters of a name or value that become {@code _} in the name of its table. */
  private static final String SEPARATORS = "-. /:";

  /** The name of a table after a problem with its name. */
  private static final String SUBSTITUTE = "events";

  /**
   * Reads the tables.
   *
   * @param contract the contract's name, which names the normal table by default
   */
  Contract.Tables tables(YamlNode node, String contract) {
    if (node.isPresent()) {
      node.allowOnlyDeclared();
    }
    TableDefinition normal =
        table(node.at("normal"), Kind.NORMAL, defaultName(node.at("normal").at("name"), contract));
    boolean hasErrors = error != null || node.at("error").isPresent();
    YamlNode dead = optional(node.at("dead_letters"));
    YamlNode audit = optional(node.at("audit"));
    return new Contract.Tables(
        normal,
        hasErrors ? table(node.at("error"), Kind.ERROR, normal.name() + "_error") : null,
        table(node.at("late"), Kind.LATE, normal.name() + "_late"),
        new Contract.DeadLetterTable(name(dead, normal.name() + "_dead"), ttl(dead)),
        new Contract.AuditTable(name(audit, DEFAULT_AUDIT), ttl(audit)),
        new RouteReader(
                conditions,
                (table, suffix) -> table(table, Kind.NORMAL, normal.name() + "_" + suffix))
            .routes(node));
  }

  /** The name of the normal table, if the contract gives it none. */
  private static String defaultName(YamlNode node, String contract) {
    String name = asTableName(contract);
    if (node.isPresent() || FieldReader.isColumnName(name)) {
      return name;
    }
    if (!contract.isEmpty()) {
      node.problem(
          ("the contract's name `%s` cannot name its table; expected a name: letters, digits and _,"
                  + " not starting with a digit")
              .formatted(contract));
    }
    return SUBSTITUTE;
  }

  /** A text with {@code _} for what separates words. */
  static String asTableName(String text) {
    StringBuilder name = new StringBuilder(text);
    for (int i = 0; i < name.length(); i++) {
      if (SEPARATORS.indexOf(name.charAt(i)) >= 0) {
        name.setCharAt(i, '_');
      }
    }
    return name.toString();
  }

  private static YamlNode optional(YamlNode table) {
    if (table.isPresent()) {
      table.allowOnlyDeclared();
    }
    return table;
  }

  private enum Kind {
    NORMAL,
    ERROR,
    LATE
  }

  private TableDefinition table(YamlNode node, Kind kind, String defaultName) {
    if (node.isPresent()) {
      node.allowOnlyDeclared();
    }
    String name = name(node, defaultName);
    List<ColumnDefinition> columns = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String column : columnNames(node.at("columns"))) {
      int index = indexOf(column);
      if (index < 0) {
        node.at("columns")
            .problem(
                "no field `%s`; expected a name from `fields`, %s or %s%s"
                    .formatted(
                        column,
                        Contract.INGESTION_TIME,
                        unknownColumn,
                        NearestName.hint(
                            column, rowFields.stream().map(FieldDefinition::name).toList())));
      } else if (!seen.add(column)) {
        node.at("columns").problem("`" + column + "` is listed twice");
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
        node.at("columns").problem("expected `" + needed + "`: it is part of the identity");
      }
    }
    // Every table of events must store the unknown fields.
    if (!seen.contains(unknownColumn)) {
      node.at("columns").problem("expected `" + unknownColumn + "`: it holds the unknown fields");
    }
    List<String> orderBy =
        node.at("order_by").isPresent() ? node.at("order_by").distinctStrings() : List.of();
    for (String column : orderBy) {
      if (!identity.contains(column)) {
        node.at("order_by")
            .problem(
                "`"
                    + column
                    + "` is not part of the identity; expected only its fields, because duplicates"
                    + " that sort differently do not collapse");
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

  /** The listed columns; by default all except {@link Contract#LATE_BY_MS}. */
  private List<String> columnNames(YamlNode node) {
    return node.isPresent()
        ? node.strings()
        : rowFields.stream()
            .map(FieldDefinition::name)
            .filter(name -> !name.equals(Contract.LATE_BY_MS))
            .toList();
  }

  /**
   * Adds a column for the digits that the column of a timestamp cuts off, if the identity includes
   * the timestamp. A sink collapses rows whose identity columns are equal.
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
                && error.test() == Condition.Test.PRESENT
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
    String name = node.stringOr(fallback);
    addName(name, names, node);
    return name;
  }

  /** Adds a table name; reports an invalid or repeated name at the node. */
  static void addName(String name, Set<String> names, YamlNode node) {
    if (!FieldReader.isColumnName(name)) {
      node.problem("expected a table name: letters, digits and _, not starting with a digit");
    } else if (!names.add(name)) {
      node.problem("another table has the name `" + name + "`; expected a unique name");
    }
  }

  static @Nullable Duration ttl(YamlNode table) {
    Duration ttl = table.at("ttl").durationOrNull();
    if (ttl != null && ttl.toHours() < 1) {
      table.at("ttl").problem("expected at least 1h");
      return null;
    }
    return ttl;
  }
}
