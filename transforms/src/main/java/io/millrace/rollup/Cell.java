package io.millrace.rollup;

import io.millrace.event.RowValues;
import io.millrace.rollup.measure.Accumulator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The accumulators and the event count of one group in one window. Not thread-safe. */
final class Cell {
  private final Accumulator[] accumulators;
  private long events;

  Cell(Accumulator[] accumulators) {
    this.accumulators = accumulators;
  }

  long events() {
    return events;
  }

  void add(RowValues row) {
    events++;
    for (Accumulator accumulator : accumulators) {
      accumulator.add(row);
    }
  }

  void merge(Cell other) {
    events += other.events;
    for (int i = 0; i < accumulators.length; i++) {
      accumulators[i].merge(other.accumulators[i]);
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(events);
    for (Accumulator accumulator : accumulators) {
      accumulator.write(out);
    }
  }

  void read(DataInput in) throws IOException {
    events = in.readLong();
    for (Accumulator accumulator : accumulators) {
      accumulator.read(in);
    }
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try {
      write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads the result of {@link #toBytes} into an empty cell. */
  Cell fromBytes(byte[] bytes) {
    try {
      read(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  void results(List<Object> values) {
    for (Accumulator accumulator : accumulators) {
      accumulator.results(values);
    }
  }
}
