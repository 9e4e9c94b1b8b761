package io.millrace.contract.yaml;

import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Derivation;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.OnFailure;
import io.millrace.contract.language.AddedColumns;
import io.millrace.expression.Expressions;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the {@code derive} of a contract: columns by name, each an expression or a mapping with
 * {@code value}, {@code type} and more. Adds each column to the fields, so that the expressions
 * after it may use it.
 */
final class DerivationReader {
  private final List<FieldDefinition> fields;

  /**
   * Creates a reader.
   *
   * @param fields all fields that come before; gets the derived columns
   */
  DerivationReader(List<FieldDefinition> fields) {
    this.fields = fields;
  }

  List<Derivation> derivations(YamlNode node) {
    List<Derivation> derivations = new ArrayList<>();
    if (!node.isPresent()) {
      return derivations;
    }
    node.entries().forEach((name, entry) -> add(name, entry, derivations));
    if (derivations.isEmpty()) {
      node.problem("expected columns by name, such as seconds: duration_ms / 1000");
    }
    return List.copyOf(derivations);
  }

  private void add(String name, YamlNode node, List<Derivation> derivations) {
    checkNewColumn(name, node, fields);
    boolean single = node.isString();
    if (!single) {
      node.allowOnlyDeclared();
    }
    YamlNode value = single ? node : node.at("value");
    String text = value.string();
    if (text == null) {
      return;
    }
    OnFailure onError = single ? OnFailure.NULL : onFailure(node.at("on_error"));
    Expressions expressions = new Expressions(fields);
    String problem = expressions.problemOfValue(text);
    if (problem != null) {
      value.problem(problem + "; expected an expression over the columns before it");
      return;
    }
    boolean required = onError == OnFailure.DEAD && !expressions.isNullable(text);
    FieldDefinition column = column(name, node, single, text, expressions, required);
    derivations.add(new Derivation(name, text, onError));
    fields.add(column);
  }

  /** Reports a name that cannot be that of another column. */
  static void checkNewColumn(String name, YamlNode node, List<FieldDefinition> fields) {
    FieldReader.checkColumnName(name, node);
    if (fields.stream().anyMatch(field -> field.name().equals(name))) {
      node.problem("there is a field or column with this name already; expected another name");
    }
    for (FieldDefinition field : fields) {
      if (field.hasExtraDigits() && ColumnDefinition.extraDigitsName(field.name()).equals(name)) {
        node.problem(
            "may conflict with the column for the extra digits of `%s`; expected another name"
                .formatted(field.name()));
      }
    }
  }

  /** What becomes of an event without a value; in YAML, a bare null is no text. */
  static OnFailure onFailure(YamlNode node) {
    return node.raw().isNull() || !node.isPresent() ? OnFailure.NULL : node.oneOf(OnFailure.NULL);
  }

  private static FieldDefinition column(
      String name,
      YamlNode node,
      boolean single,
      String text,
      Expressions expressions,
      boolean required) {
    FieldDefinition inferred = expressions.inferred(text);
    FieldType type = inferred == null ? FieldType.STRING : inferred.type();
    FieldDefinition items = inferred == null ? null : inferred.items();
    if (!single && node.at("type").isPresent()) {
      type = node.at("type").oneOf(FieldType.STRING, AddedColumns.types());
      items = null;
      if (!expressions.holds(type, text)) {
        node.at("type")
            .problem(
                "the expression has the type %s; expected a type of column that holds its values"
                    .formatted(expressions.typeName(text)));
      }
    } else if (inferred == null) {
      (single ? node : node.at("value"))
          .problem(
              "the expression has the type %s, which no column holds; expected another one, or `type`"
                  .formatted(expressions.typeName(text)));
    }
    return single
        ? AddedColumnReader.definition(name, type, items, required)
        : AddedColumnReader.definition(name, node, type, items, required);
  }
}
