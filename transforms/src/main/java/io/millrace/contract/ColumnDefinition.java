package io.millrace.contract;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * One column of a table, in the order of the table.
 *
 * @param field what it holds; its name is the column's name
 * @param index where its value stands in the contract's row (see {@link Contract#schema()})
 * @param nullable whether the column accepts null
 * @param beyondDigits 0: the column holds the value at the index. Else the value is a time, and the
 *     column holds, as nanoseconds, what the time has beyond so many digits after the second
 */
public record ColumnDefinition(FieldDefinition field, int index, boolean nullable, int beyondDigits)
    implements Serializable {

  /** How the name of a column ends that holds the digits that another column does not keep. */
  private static final String EXTRA_DIGITS = "_extra_ns";

  private static final int MILLISECONDS = 3;

  /** A column that holds the value at an index. */
  public ColumnDefinition(FieldDefinition field, int index, boolean nullable) {
    this(field, index, nullable, 0);
  }

  /**
   * The column that keeps what a time has beyond the digits of its own column, as nanoseconds: the
   * two together hold every digit. A table has it beside a time of the identity, so that two events
   * that differ in these digits alone stay two rows.
   *
   * @param digits how many digits after the second the time's own column keeps
   */
  public static ColumnDefinition extraDigits(FieldDefinition time, int index, int digits) {
    FieldDefinition nanos =
        new FieldDefinition(
            extraDigitsName(time.name()),
            List.of(),
            FieldType.INT32,
            true,
            0,
            null,
            0,
            0,
            null,
            List.of(),
            false);
    return new ColumnDefinition(nanos, index, false, digits);
  }

  public static String extraDigitsName(String time) {
    return time + EXTRA_DIGITS;
  }

  /** The column's name. */
  public String name() {
    return field.name();
  }

  /** What a column of extra digits holds of a time, in nanoseconds. */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // The seconds are in the other column.
  public int extraDigits(Instant time) {
    return time.getNano() % (beyondDigits == MILLISECONDS ? 1_000_000 : 1_000);
  }

  /** Whether it holds the digits that another column does not keep. */
  public boolean hasExtraDigits() {
    return beyondDigits > 0;
  }
}
