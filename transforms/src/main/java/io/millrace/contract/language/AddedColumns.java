package io.millrace.contract.language;

import static io.millrace.contract.language.Shape.MappingKey.optional;
import static io.millrace.contract.language.Shape.MappingKey.required;

import io.millrace.contract.FieldType;
import io.millrace.contract.Measure;
import io.millrace.contract.OnFailure;
import io.millrace.contract.language.Shape.Bool;
import io.millrace.contract.language.Shape.Either;
import io.millrace.contract.language.Shape.Mapping;
import io.millrace.contract.language.Shape.Named;
import io.millrace.contract.language.Shape.Null;
import io.millrace.contract.language.Shape.OneOf;
import io.millrace.contract.language.Shape.Text;
import io.millrace.contract.language.Shape.WholeNumber;
import java.util.Arrays;
import java.util.Locale;

/** The keys of columns that events get after they were decoded. */
public final class AddedColumns {
  private static final FieldType[] TYPES = {
    FieldType.STRING,
    FieldType.TEXT,
    FieldType.INT32,
    FieldType.INT64,
    FieldType.UINT64,
    FieldType.FLOAT32,
    FieldType.FLOAT64,
    FieldType.DECIMAL,
    FieldType.BOOLEAN,
    FieldType.TIMESTAMP
  };

  private AddedColumns() {}

  /** The types that such a column can be declared to have. */
  public static FieldType[] types() {
    return TYPES.clone();
  }

  static Named derive() {
    return new Named(
        new Either(
            new Text(),
            new Mapping(
                required("value", new Text(), "The value, an expression in CEL"),
                optional("type", constants(TYPES), "The type; by default that of the expression"),
                optional(
                    "precision",
                    new WholeNumber(1, Measure.MAX_DECIMAL_DIGITS),
                    "Of a decimal, all digits; of a timestamp, its fractional digits: 3, 6 or 9"),
                optional(
                    "scale",
                    new WholeNumber(0, Measure.MAX_DECIMAL_DIGITS),
                    "Of a decimal, the digits after the decimal point"),
                optional(
                    "low_cardinality",
                    new Bool(),
                    "Few distinct values: the column has a dictionary"),
                optional(
                    "on_error",
                    new Either(new Null(), constants(OnFailure.values())),
                    "What becomes of an event without a value; by default null"))),
        1);
  }

  private static OneOf constants(Enum<?>... constants) {
    return new OneOf(
        Arrays.stream(constants)
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList());
  }
}
