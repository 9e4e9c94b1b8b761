package io.millrace.bench.speed.flink;

import io.millrace.bench.speed.plain.RowBytes;
import java.io.Serializable;

/** Writes something as a row of a table. */
@FunctionalInterface
interface RowWriter<T> extends Serializable {
  void write(T value, RowBytes out);
}
