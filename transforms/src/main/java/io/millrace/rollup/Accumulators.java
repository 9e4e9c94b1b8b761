package io.millrace.rollup;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Measure;
import io.millrace.event.RowTest;
import java.io.Serializable;
import java.util.function.Supplier;

/** The accumulator of each kind of measure. */
final class Accumulators {
  /** Makes an empty accumulator. */
  interface Factory extends Supplier<Accumulator>, Serializable {}

  private Accumulators() {}

  static Factory of(Contract contract, Measure measure) {
    FieldDefinition field = measure.field();
    int index = field == null ? -1 : contract.indexOf(field.name());
    RowTest test = RowTest.of(contract, measure.condition());
    return switch (measure.kind()) {
      case COUNT -> () -> new CountRows(null);
      case COUNT_IF -> () -> new CountRows(test);
      case ERROR_RATE -> () -> new RateOfRows(test);
      case SUM -> () -> new SumValues(index, field, false);
      case MEAN -> () -> new SumValues(index, field, true);
      case MIN -> () -> new ExtremeValue(index, field.type(), -1);
      case MAX -> () -> new ExtremeValue(index, field.type(), 1);
      case QUANTILES ->
          () ->
              new QuantileSketch(
                  index, measure.at().stream().mapToDouble(Number::doubleValue).toArray());
      case DISTINCT -> () -> new DistinctSketch(index);
    };
  }
}
