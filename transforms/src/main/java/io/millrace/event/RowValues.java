package io.millrace.event;

import java.util.Arrays;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The values of a row, as a {@link Row} has them, but that a text may still be a {@link Utf8Slice}
 * of the bytes it came in. Who only writes texts takes {@link #raw} and never makes a string of
 * them; to everybody else they are strings.
 *
 * <p>Equal are those with equal rows.
 */
public final class RowValues {
  private final Schema schema;
  private final @Nullable Object[] values;
  private @Nullable Row row;

  private RowValues(Schema schema, @Nullable Object[] values, @Nullable Row row) {
    this.schema = schema;
    this.values = values;
    this.row = row;
  }

  /**
   * Values in the order of a schema. The array is not copied: never change it afterwards.
   *
   * @param values as {@link Row#getValue} gives them, or slices in place of strings
   */
  public static RowValues attach(Schema schema, @Nullable Object[] values) {
    return new RowValues(schema, values, null);
  }

  /** The values of a row. */
  public static RowValues of(Row row) {
    return new RowValues(row.getSchema(), row.getValues().toArray(), row);
  }

  /** A value, text as a string. */
  public @Nullable Object get(int index) {
    Object value = values[index];
    return value instanceof Utf8Slice text ? text.toString() : value;
  }

  /** A value, text as a string or as a {@link Utf8Slice}. */
  public @Nullable Object raw(int index) {
    return values[index];
  }

  /** The same values, but one. */
  public RowValues with(int index, @Nullable Object value) {
    @Nullable Object[] changed = values.clone();
    changed[index] = value;
    return new RowValues(schema, changed, null);
  }

  /** The values as a row; made when it is asked for the first time. */
  public Row row() {
    Row made = row;
    if (made == null) {
      @Nullable Object[] strings = new @Nullable Object[values.length];
      for (int i = 0; i < strings.length; i++) {
        strings[i] = get(i);
      }
      made = Row.withSchema(schema).attachValues(Arrays.asList(strings));
      row = made;
    }
    return made;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RowValues that && row().equals(that.row());
  }

  @Override
  public int hashCode() {
    return row().hashCode();
  }

  @Override
  public String toString() {
    return row().toString();
  }
}
