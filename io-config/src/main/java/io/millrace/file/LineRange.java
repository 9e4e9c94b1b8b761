package io.millrace.file;

import java.io.Serializable;

/**
 * Consecutive lines of a file.
 *
 * @param from before the first of them
 * @param toLine the number of the line after the last of them; {@link Long#MAX_VALUE}: to the end
 */
record LineRange(FilePosition from, long toLine) implements Serializable {
  /** All lines after a position. */
  static LineRange after(FilePosition position) {
    return new LineRange(position, Long.MAX_VALUE);
  }
}
