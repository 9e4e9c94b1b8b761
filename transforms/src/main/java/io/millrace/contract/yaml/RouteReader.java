package io.millrace.contract.yaml;

import io.millrace.contract.Condition;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TableDefinition;
import io.millrace.contract.TableRoute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the routes of accepted events: {@code by}, a field whose values pick a table, and {@code
 * routes}, a list of such values, or tables by name, each with its {@code values} or an expression
 * {@code when}. Without {@code routes}, each value of an enum has a table.
 *
 * @param tables reads a table whose name is, by default, that of the normal table and a suffix
 */
record RouteReader(
    ConditionReader conditions, BiFunction<YamlNode, String, TableDefinition> tables) {

  List<TableRoute> routes(YamlNode node) {
    YamlNode by = node.at("by");
    YamlNode routes = node.at("routes");
    FieldDefinition field = by.isPresent() ? FieldReader.reference(by, conditions.fields()) : null;
    List<TableRoute> all = new ArrayList<>();
    if (!routes.isPresent()) {
      if (field != null && field.type() == FieldType.ENUM) {
        field.enumValues().names().forEach(value -> all.add(ofValue(value, field, routes)));
      } else if (field != null) {
        by.problem("expected `routes`: the values of `" + field.name() + "` with own tables");
      }
      return all;
    }
    if (routes.raw().isArray()) {
      if (!by.isPresent()) {
        routes.problem("a list of values needs `by`: the field whose values they are");
      }
      if (routes.elements().isEmpty()) {
        routes.problem("expected at least one value of `by`");
      }
      for (String value : routes.distinctStrings()) {
        if (field != null) {
          all.add(ofValue(value, field, routes));
        }
      }
      return all;
    }
    Set<String> taken = new HashSet<>();
    for (Map.Entry<String, YamlNode> entry : routes.entries().entrySet()) {
      all.add(named(entry.getKey(), entry.getValue(), by, field, taken));
    }
    return all;
  }

  private TableRoute ofValue(String value, FieldDefinition field, YamlNode routes) {
    return new TableRoute(
        tables.apply(routes.at(value), TableReader.asTableName(value)),
        conditions.in(field, List.of(value), routes));
  }

  private TableRoute named(
      String name, YamlNode node, YamlNode by, @Nullable FieldDefinition field, Set<String> taken) {
    TableDefinition table = tables.apply(node, TableReader.asTableName(name));
    YamlNode when = node.at("when");
    YamlNode values = node.at("values");
    if (when.isPresent()) {
      if (values.isPresent()) {
        values.problem("expected either `when` or `values`, not both");
      }
      return new TableRoute(table, Condition.when(conditions.expression(when)));
    }
    if (!by.isPresent()) {
      node.problem("expected `when`, or `by` beside `routes`: the field whose value picks a table");
    }
    List<String> named = values.isPresent() ? values.distinctStrings() : List.of(name);
    for (String value : named) {
      if (!taken.add(value)) {
        node.problem("`" + value + "` has another table already");
      }
    }
    YamlNode place = values.isPresent() ? values : node;
    if (named.isEmpty()) {
      place.problem("expected at least one value");
    }
    return new TableRoute(
        table,
        field == null
            ? new Condition("", Condition.Test.IN, named)
            : conditions.in(field, named, place));
  }
}
