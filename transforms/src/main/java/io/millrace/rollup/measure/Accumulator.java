package io.millrace.rollup.measure;

import io.millrace.event.RowValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * The accumulator of one measure for one group and window. The result does not depend on the order
 * of additions and merges, except for the last digits of float64 sums. Not thread-safe.
 */
public interface Accumulator {
  /** Adds the row of an event. */
  void add(RowValues row);

  /** Merges another accumulator of the same measure. */
  void merge(Accumulator other);

  /** Writes the state. */
  void write(DataOutput out) throws IOException;

  /** Reads the state into an empty accumulator. */
  void read(DataInput in) throws IOException;

  /** Appends the values of the measure's columns, in their order. */
  void results(List<Object> values);
}
