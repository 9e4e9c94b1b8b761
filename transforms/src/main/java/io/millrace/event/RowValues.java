package io.millrace.event;

import java.util.Arrays;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The values of a {@link Row} in which a text may still be a {@link Utf8Slice} of the record. A
 * writer uses {@link #raw} and avoids decoding texts. {@link #get} returns them as strings.
 *
 * <p>Two instances are equal if their rows are equal.
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
   * Wraps values in the order of a schema. The array is not copied and must not change.
   *
   * @param values values as in {@link Row#getValue}, or slices instead of strings
   */
  public static RowValues attach(Schema schema, @Nullable Object[] values) {
    return new RowValues(schema, values, null);
  }

  public static RowValues of(Row row) {
    return new RowValues(row.getSchema(), row.getValues().toArray(), row);
  }

  /** A value; a text is a string. */
  public @Nullable Object get(int index) {
    Object value = values[index];
    return value instanceof Utf8Slice text ? text.toString() : value;
  }

  /** A value; a text is a string or a {@link Utf8Slice}. */
  public @Nullable Object raw(int index) {
    return values[index];
  }

  /** A copy with another value at the index. */
  public RowValues with(int index, @Nullable Object value) {
    @Nullable Object[] changed = values.clone();
    changed[index] = value;
    return new RowValues(schema, changed, null);
  }

  /** A copy of the values, as {@link #attach} takes them. */
  public @Nullable Object[] copy() {
    return values.clone();
  }

  /** The values as a row; created on first use. */
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
