package io.millrace.contract;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One figure of a rollup. A field that is null in an event does not count for figures of that
 * field; if it is null in all of them, the figure is null, and a sum or count is 0.
 *
 * @param name the column, or for quantiles its beginning
 * @param kind what is computed
 * @param field of what; null where a kind needs none
 * @param condition which events count, for {@link Kind#COUNT_IF}
 * @param at the quantiles, between 0 and 1
 */
public record Measure(
    String name,
    Kind kind,
    @Nullable FieldDefinition field,
    @Nullable Condition condition,
    List<BigDecimal> at)
    implements Serializable {

  /** What is computed. */
  public enum Kind {
    /** Events. */
    COUNT,
    /** Events that meet a condition. */
    COUNT_IF,
    /** The sum of a number; exact but for float64. */
    SUM,
    /** The least value. */
    MIN,
    /** The greatest value. */
    MAX,
    /** The arithmetic mean of a number. */
    MEAN,
    /** The share of events that the contract's error condition meets, 0 to 1. */
    ERROR_RATE,
    /** Quantiles of a number, each within half a percent of the true value. */
    QUANTILES,
    /** How many different values, with a standard error of 1.2 %; exact while they are few. */
    DISTINCT;

    public static Optional<Kind> of(String name) {
      return Arrays.stream(values()).filter(k -> k.contractName().equals(name)).findFirst();
    }

    public static String names() {
      return Arrays.stream(values()).map(Kind::contractName).collect(Collectors.joining(", "));
    }

    /** The name used in contract files. */
    public String contractName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The columns that hold the figure, in order. */
  public List<FieldDefinition> columns() {
    return switch (kind) {
      case COUNT, COUNT_IF, DISTINCT -> List.of(RollupColumns.of(name, FieldType.INT64, true));
      case SUM -> List.of(sum());
      case MIN, MAX -> List.of(RollupColumns.like(name, known(), false));
      case MEAN -> List.of(RollupColumns.of(name, FieldType.FLOAT64, false));
      case ERROR_RATE -> List.of(RollupColumns.of(name, FieldType.FLOAT64, true));
      case QUANTILES ->
          at.stream()
              .map(q -> RollupColumns.of(quantileColumn(q), FieldType.FLOAT64, false))
              .toList();
    };
  }

  private FieldDefinition sum() {
    return switch (known().type()) {
      case FLOAT64 -> RollupColumns.of(name, FieldType.FLOAT64, true);
      case DECIMAL -> RollupColumns.decimal(name, RollupColumns.MOST_DIGITS, known().scale());
      default -> RollupColumns.of(name, FieldType.INT64, true);
    };
  }

  private FieldDefinition known() {
    if (field == null) {
      throw new IllegalStateException(kind.contractName() + " without a field");
    }
    return field;
  }

  /** {@code duration_p95}, {@code duration_p99_9}. */
  private String quantileColumn(BigDecimal quantile) {
    String percent = quantile.movePointRight(2).stripTrailingZeros().toPlainString();
    return name + "_p" + percent.replace('.', '_');
  }
}
