package io.millrace.decode.json;

import io.millrace.decode.DecodeException;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Gathers the fields of one event that its contract does not declare. */
interface UnknownFieldCollector {
  /** Begins another event. */
  void clear();

  /** Keeps the key that is the input's current token, and the value behind it. */
  void add(JsonInput in, String key, JsonLocation location) throws IOException, DecodeException;

  /** The current element of the innermost array has ended. */
  void elementEnds(JsonLocation location);

  /** The innermost declared object or array has ended. */
  void ends(JsonLocation location);

  /** What becomes the column's value; an empty form if there was none. */
  @Nullable Object result();
}
