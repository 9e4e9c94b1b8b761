package io.millrace.decode.avro;

import io.millrace.decode.DecodeException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Reads one value of a writer's schema as the value of a field. Compiled once for both. */
interface ValueReader {
  /** The value; null if the writer wrote null. */
  @Nullable Object read(AvroCursor cursor) throws DecodeException;
}
