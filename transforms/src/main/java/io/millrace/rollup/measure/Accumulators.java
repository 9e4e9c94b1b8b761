package io.millrace.rollup.measure;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Measure;
import io.millrace.event.RowPredicate;
import java.io.Serializable;
import java.util.function.Supplier;

/** Creates the accumulator of a measure. */
public final class Accumulators {
  /** Creates empty accumulators of one measure. */
  public interface Factory extends Supplier<Accumulator>, Serializable {}

  private Accumulators() {}

  public static Factory of(Contract contract, Measure measure) {
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
                  index, measure.at().stream().mapToDouble(Number::doubleValue).toArray());
      case DISTINCT -> () -> new DistinctAccumulator(index);
    };
  }
}
