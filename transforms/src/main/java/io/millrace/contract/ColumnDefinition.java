package io.millrace.contract;

import java.io.Serializable;
import java.time.Instant;

/**
 * One column of a table.
 *
 * @param field the field that the column holds; its name is the column's name
 * @param index the index of the value in the contract's row (see {@link Contract#schema()})
 * @param nullable whether the column accepts null
 * @param beyondDigits 0: the column holds the value itself. Otherwise the value is a timestamp, and
 *     the column holds its nanoseconds beyond this many fractional digits
 */
public record ColumnDefinition(FieldDefinition field, int index, boolean nullable, int beyondDigits)
    implements Serializable {

  /** Suffix of the column that holds a timestamp's extra digits. */
  private static final String EXTRA_DIGITS = "_extra_ns";

  private static final int MILLISECONDS = 3;

  public ColumnDefinition(FieldDefinition field, int index, boolean nullable) {
    this(field, index, nullable, 0);
  }

  /**
   * The column for the digits that a timestamp's own column cuts off, in nanoseconds. A timestamp
   * of the identity needs it: two events that differ only in these digits must stay two rows.
   *
   * @param digits the fractional digits of the timestamp's own column
   */
  public static ColumnDefinition extraDigits(FieldDefinition time, int index, int digits) {
    FieldDefinition nanos =
        FieldDefinition.column(extraDigitsName(time.name()), FieldType.INT32, true, 0);
    return new ColumnDefinition(nanos, index, false, digits);
  }

  /** The name of the column for the extra digits of a timestamp field. */
  public static String extraDigitsName(String time) {
    return time + EXTRA_DIGITS;
  }

  public String name() {
    return field.name();
  }

  /** The value of a column of extra digits for a timestamp, in nanoseconds. */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // The other column has the seconds.
  public int extraDigits(Instant time) {
    return time.getNano() % (beyondDigits == MILLISECONDS ? 1_000_000 : 1_000);
  }

  /** Whether the column holds the extra digits of a timestamp. */
  public boolean hasExtraDigits() {
    return beyondDigits > 0;
  }
}
