package io.millrace.expression;

import io.millrace.event.RowValues;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A value that is computed of a row, compiled from an expression. Instances are not thread-safe.
 */
@FunctionalInterface
public interface RowValue {
  /** The expression has no value for the row, or one that its column cannot hold. */
  Object FAILED = new Object();

  /**
   * Computes the value.
   *
   * @return a value as rows hold it in the column, null, or {@link #FAILED}
   */
  @Nullable Object of(RowValues row);
}
