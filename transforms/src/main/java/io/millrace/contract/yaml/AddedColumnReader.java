package io.millrace.contract.yaml;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Measure;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads what a column that is derived or looked up holds beside its type. */
final class AddedColumnReader {
  private static final int DEFAULT_TIME_DIGITS = 3;
  private static final int MAX_TIME_DIGITS = 9;

  private AddedColumnReader() {}

  /** A column whose type has no parameters. */
  static FieldDefinition definition(
      String name, FieldType type, @Nullable FieldDefinition items, boolean required) {
    int precision = type == FieldType.TIMESTAMP ? DEFAULT_TIME_DIGITS : 0;
    return FieldDefinition.added(name, type, required, precision, 0, items, false);
  }

  /** A column with the parameters of its type from a node. */
  static FieldDefinition definition(
      String name,
      YamlNode node,
      FieldType type,
      @Nullable FieldDefinition items,
      boolean required) {
    int precision = precision(node.at("precision"), type);
    int scale = 0;
    if (type == FieldType.DECIMAL) {
      scale = node.at("scale").integer(0, precision);
    } else if (node.at("scale").isPresent()) {
      node.at("scale").problem("only for the type decimal");
    }
    boolean lowCardinality = node.at("low_cardinality").booleanOr(false);
    if (lowCardinality && type != FieldType.STRING && type != FieldType.TEXT) {
      node.at("low_cardinality").problem("only for the types string and text");
    }
    return FieldDefinition.added(name, type, required, precision, scale, items, lowCardinality);
  }

  private static int precision(YamlNode node, FieldType type) {
    if (type == FieldType.DECIMAL) {
      return node.integer(1, Measure.MAX_DECIMAL_DIGITS);
    }
    if (type != FieldType.TIMESTAMP) {
      if (node.isPresent()) {
        node.problem("only for the type decimal or timestamp");
      }
      return 0;
    }
    int digits = node.integerOr(DEFAULT_TIME_DIGITS, DEFAULT_TIME_DIGITS, MAX_TIME_DIGITS);
    if (digits % DEFAULT_TIME_DIGITS != 0) {
      node.problem("expected 3 (milliseconds), 6 (microseconds) or 9 (nanoseconds)");
      return DEFAULT_TIME_DIGITS;
    }
    return digits;
  }
}
