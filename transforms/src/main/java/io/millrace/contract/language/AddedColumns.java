package io.millrace.contract.language;

import static io.millrace.contract.language.Shape.MappingKey.optional;
import static io.millrace.contract.language.Shape.MappingKey.required;

import io.millrace.contract.FieldType;
import io.millrace.contract.Lookup;
import io.millrace.contract.Measure;
import io.millrace.contract.OnFailure;
import io.millrace.contract.language.Shape.Bool;
import io.millrace.contract.language.Shape.DurationText;
import io.millrace.contract.language.Shape.Either;
import io.millrace.contract.language.Shape.ListOf;
import io.millrace.contract.language.Shape.Mapping;
import io.millrace.contract.language.Shape.MappingKey;
import io.millrace.contract.language.Shape.Named;
import io.millrace.contract.language.Shape.Null;
import io.millrace.contract.language.Shape.OneOf;
import io.millrace.contract.language.Shape.Text;
import io.millrace.contract.language.Shape.WholeNumber;

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

  private static final MappingKey PRECISION =
      optional(
          "precision",
          new WholeNumber(1, Measure.MAX_DECIMAL_DIGITS),
          "Of a decimal, all digits; of a timestamp, its fractional digits: 3, 6 or 9");
  private static final MappingKey SCALE =
      optional(
          "scale",
          new WholeNumber(0, Measure.MAX_DECIMAL_DIGITS),
          "Of a decimal, the digits after the decimal point");
  private static final MappingKey LOW_CARDINALITY =
      optional("low_cardinality", new Bool(), "Few distinct values: the column has a dictionary");

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
                optional("type", OneOf.of(TYPES), "The type; by default that of the expression"),
                PRECISION,
                SCALE,
                LOW_CARDINALITY,
                optional(
                    "on_error",
                    new Either(new Null(), OneOf.of(OnFailure.values())),
                    "What becomes of an event without a value; by default null"))),
        1);
  }

  static Named lookups() {
    return new Named(
        new Mapping(
            optional("from", new Text(), "The URL of the source"),
            optional(
                "kind", OneOf.of(Lookup.Kind.values()), "What it is; by default by the URL's end"),
            required("key", new Text(), "The key of an event, an expression in CEL"),
            optional(
                "key_column",
                new Text(),
                "The column of the source with the key; by default `key`"),
            required(
                "columns",
                new Either(
                    new ListOf(new Text(), 1), new Named(new Either(new Text(), column()), 1)),
                "The new columns, by name, and those of the source"),
            optional("refresh", new DurationText(), "How often the source is read; by default 60s"),
            optional(
                "on_missing",
                new Either(new Null(), OneOf.of(OnFailure.values())),
                "What becomes of an event without a row; by default null"),
            optional(
                "max_megabytes",
                new WholeNumber(1, 1 << 20),
                "The most memory that the rows take; by default 256"),
            optional("user", new Text(), "The user name"),
            optional("password", new Text(), "A reference to the user's password"),
            optional("token", new Text(), "A reference to a bearer token"),
            optional(
                "ca",
                new Text(),
                "A PEM file beside the contract with the certificates to trust; by default the"
                    + " JDK's")),
        1);
  }

  private static Mapping column() {
    return new Mapping(
        optional("column", new Text(), "The column of the source; by default the same name"),
        optional("type", OneOf.of(TYPES), "The type; by default string"),
        PRECISION,
        SCALE,
        LOW_CARDINALITY);
  }
}
