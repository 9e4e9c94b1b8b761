package io.millrace.contract;

import static io.millrace.contract.FieldDefinition.column;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One measure of a roll-up. It ignores events in which its field is null. If all values are null,
 * the measure is null; a sum or a count is 0.
 *
 * @param name the column; for quantiles, the prefix of the columns
 * @param kind what is computed
 * @param field the field that is measured; null if the kind needs none
 * @param condition which events count, for {@link Kind#COUNT_IF} and {@link Kind#ERROR_RATE}
 * @param at the quantiles, between 0 and 1
 */
public record Measure(
    String name,
    Kind kind,
    @Nullable FieldDefinition field,
    @Nullable Condition condition,
    List<BigDecimal> at)
    implements Serializable {
  /** The total digits of the widest decimal column. */
  public static final int MAX_DECIMAL_DIGITS = 38;

  public enum Kind {
    /** The number of events. */
    COUNT,
    /** The number of events that meet a condition. */
    COUNT_IF,
    /** The sum of a number; exact except for float32 and float64. */
    SUM,
    /** The smallest value. */
    MIN,
    /** The largest value. */
    MAX,
    /** The arithmetic mean of a number. */
    MEAN,
    /** The share of events that meet the contract's error rule, 0 to 1. */
    ERROR_RATE,
    /** Quantiles of a number, each within half a percent of the true value. */
    QUANTILES,
    /** The number of distinct values, with a standard error of 1.2 %; exact for few values. */
    DISTINCT;

    /** The name used in contract files. */
    public String contractName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The columns of the measure, in order. */
  public List<FieldDefinition> columns() {
    return switch (kind) {
      case COUNT, COUNT_IF, DISTINCT -> List.of(column(name, FieldType.INT64, true));
      case SUM -> List.of(sum());
      case MIN, MAX -> List.of(measured().asColumn(name, false));
      case MEAN -> List.of(column(name, FieldType.FLOAT64, false));
      case ERROR_RATE -> List.of(column(name, FieldType.FLOAT64, true));
      case QUANTILES ->
          at.stream().map(q -> column(quantileColumn(q), FieldType.FLOAT64, false)).toList();
    };
  }

  private FieldDefinition sum() {
    return switch (measured().type()) {
      case FLOAT32, FLOAT64 -> column(name, FieldType.FLOAT64, true);
      case DECIMAL -> FieldDefinition.decimalColumn(name, MAX_DECIMAL_DIGITS, measured().scale());
      case INT32, INT64 -> column(name, FieldType.INT64, true);
      case UINT64 -> column(name, FieldType.UINT64, true);
      case STRING, BOOLEAN, TIMESTAMP, UUID, IPV4, IPV6, ENUM, JSON, TEXT, MAP, ARRAY, RECORD ->
          throw new IllegalStateException(
              "the measure " + name + " cannot sum values of type " + measured().type());
    };
  }

  private FieldDefinition measured() {
    if (field == null) {
      throw new IllegalStateException("the measure " + name + " needs a field");
    }
    return field;
  }

  /** {@code duration_p95}, {@code duration_p99_9}. */
  private String quantileColumn(BigDecimal quantile) {
    String percent = quantile.movePointRight(2).stripTrailingZeros().toPlainString();
    return name + "_p" + percent.replace('.', '_');
  }
}
