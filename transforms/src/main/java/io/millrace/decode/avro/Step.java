package io.millrace.decode.avro;

import io.millrace.decode.DecodeException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads one field of a writer's record into a row, or into the unknown fields. */
interface Step {
  void run(AvroCursor cursor, @Nullable Object[] row) throws DecodeException;
}
