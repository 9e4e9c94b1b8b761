package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.RowBytes;
import java.io.Serializable;

/** Writes something as a row of a table. */
@FunctionalInterface
interface RowWriter<T> extends Serializable {
  void write(T value, RowBytes out);
}
