package io.millrace.rollup.measure;

import io.millrace.event.RowValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * What is known of one measure of one group in one window. The result does not depend on the order
 * in which rows were added and parts were merged, except for the last digits of sums of float64.
 * Not thread-safe.
 */
public interface Accumulator {
  /** Takes note of an event's row. */
  void add(RowValues row);

  /** Takes note of all that another one of the same measure knows. */
  void merge(Accumulator other);

  /** Writes what is known. */
  void write(DataOutput out) throws IOException;

  /** Reads into an empty accumulator what {@link #write} wrote. */
  void read(DataInput in) throws IOException;

  /** Appends the values of the measure's columns, in their order. */
  void results(List<Object> values);
}
