package io.millrace.contract.export;

import io.millrace.contract.Alert;
import io.millrace.contract.Condition;
import io.millrace.contract.Durations;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Measure;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Parts of a contract as short English texts. */
final class ContractText {
  private ContractText() {}

  /** A field's type with its parameters: {@code decimal(9, 2)}, {@code array of record(a, b)}. */
  static String type(FieldDefinition field) {
    String name = field.type().contractName();
    if (field.type() == FieldType.DECIMAL) {
      return name + "(" + field.precision() + ", " + field.scale() + ")";
    }
    if (field.timeFormat() != null) {
      return name + " (" + field.timeFormat().contractName() + ")";
    }
    if (field.items() != null) {
      return name + " of " + type(field.items());
    }
    if (field.type() == FieldType.RECORD) {
      return field.fields().stream()
          .map(f -> f.name() + " " + type(f))
          .collect(Collectors.joining(", ", name + " (", ")"));
    }
    return name;
  }

  /** What happens without a valid value. */
  static String presence(FieldDefinition field) {
    String absent =
        field.required()
            ? "required"
            : field.defaultValue() != null
                ? "default " + quoted(String.valueOf(field.shownDefault()))
                : field.nullable() ? "optional" : "optional, empty if absent";
    return absent
        + (field.lenient() ? ", lenient" : "")
        + (field.nullIfInvalid() ? ", null if invalid" : "");
  }

  static String quoted(String text) {
    return "`" + (text.isEmpty() ? "\"\"" : text) + "`";
  }

  static String condition(Condition condition) {
    String field = quoted(condition.field());
    return switch (condition.test()) {
      case PRESENT -> field + " is present";
      case ABSENT -> field + " is absent";
      case IN -> field + " is one of " + list(condition.values());
      case WHEN -> quoted(String.valueOf(condition.expression()));
    };
  }

  static String list(List<String> names) {
    return names.stream().map(ContractText::quoted).collect(Collectors.joining(", "));
  }

  static String kept(@Nullable Duration ttl) {
    return ttl == null ? "indefinitely" : Durations.format(ttl);
  }

  static String window(RollupWindow window) {
    String size = Durations.format(window.size());
    return switch (window.kind()) {
      case FIXED -> "windows of " + size;
      case SLIDING -> "windows of " + size + ", one every " + Durations.format(window.period());
      case SESSION -> "sessions that end after " + size + " without events";
    };
  }

  /** Windows, groups, conditions and results of a roll-up. */
  static String rollup(Rollup rollup) {
    StringBuilder text = new StringBuilder(window(rollup.window()));
    if (!rollup.groupBy().isEmpty()) {
      text.append(", by ")
          .append(list(rollup.groupBy().stream().map(FieldDefinition::name).toList()));
    }
    if (!rollup.where().isEmpty()) {
      text.append(", where ")
          .append(
              rollup.where().stream()
                  .map(ContractText::condition)
                  .collect(Collectors.joining(" and ")));
    }
    if (rollup.early() != null) {
      text.append(", results of open windows every ").append(Durations.format(rollup.early()));
    }
    return text.toString();
  }

  /** When an alert fires and when it is resolved. */
  static String alert(Alert alert) {
    if (alert.absentFor() != null) {
      return "after "
          + Durations.format(alert.absentFor())
          + " without a result; forgotten after "
          + Durations.format(alert.forgetAfter());
    }
    String hold = alert.hold().isZero() ? "" : " for " + Durations.format(alert.hold());
    return "if "
        + quoted(String.valueOf(alert.when()))
        + hold
        + (alert.early() ? ", also in open windows" : "")
        + (alert.clear() == null ? "" : "; until " + quoted(alert.clear()));
  }

  static String measure(Measure measure) {
    String kind = measure.kind().contractName().replace('_', ' ');
    String field = measure.field() == null ? "" : " of " + quoted(measure.field().name());
    return switch (measure.kind()) {
      case COUNT, SUM, MIN, MAX, MEAN, DISTINCT, ERROR_RATE -> kind + field;
      case COUNT_IF ->
          "count of events in which "
              + (measure.condition() == null ? "" : condition(measure.condition()));
      case QUANTILES ->
          kind
              + field
              + " at "
              + measure.at().stream().map(Object::toString).collect(Collectors.joining(", "));
    };
  }
}
