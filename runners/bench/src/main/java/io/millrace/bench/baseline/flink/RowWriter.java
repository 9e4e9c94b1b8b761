package io.millrace.bench.baseline.flink;

import io.millrace.bench.baseline.RowBytes;
import java.io.Serializable;

/** Writes an element as a table row. */
@FunctionalInterface
interface RowWriter<T> extends Serializable {
  void write(T value, RowBytes out);
}
