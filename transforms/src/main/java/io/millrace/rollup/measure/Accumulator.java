package io.millrace.rollup.measure;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Measure;
import io.millrace.event.RowValues;
import io.millrace.expression.RowPredicate;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * The accumulator of one measure for one group and window. The result does not depend on the order
 * of additions and merges, except for the last digits of sums of float32 and float64. Not
 * thread-safe.
 */
public interface Accumulator {
  void add(RowValues row);

  /** Merges another accumulator of the same measure. */
  void merge(Accumulator other);

  void write(DataOutput out) throws IOException;

  /** Reads the state into an empty accumulator. */
  void read(DataInput in) throws IOException;

  /** Appends the values of the measure's columns, in their order. */
  void results(List<Object> values);

  /** Creates empty accumulators of a measure. */
  static Supplier<Accumulator> of(Contract contract, Measure measure) {
    FieldDefinition field = measure.field();
    int index = field == null ? -1 : contract.indexOf(field.name());
    RowPredicate test = RowPredicate.of(contract, measure.condition());
    return switch (measure.kind()) {
      case COUNT -> () -> new CountAccumulator(null);
      case COUNT_IF -> () -> new CountAccumulator(test);
      case ERROR_RATE -> () -> new RatioAccumulator(test);
      case SUM -> () -> new SumAccumulator(index, field, false);
      case MEAN -> () -> new SumAccumulator(index, field, true);
      case MIN -> () -> new MinMaxAccumulator(index, field.type(), -1);
      case MAX -> () -> new MinMaxAccumulator(index, field.type(), 1);
      case QUANTILES ->
          () ->
              new QuantileAccumulator(
                  index,
                  measure.at().stream().mapToDouble(Number::doubleValue).toArray(),
                  field.type() == FieldType.UINT64);
      case DISTINCT -> () -> new DistinctAccumulator(index);
    };
  }
}
