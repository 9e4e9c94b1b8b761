package io.millrace.file;

import java.io.Serializable;

/**
 * A range of consecutive lines of a file.
 *
 * @param from position of the first line
 * @param toLine number of the line after the last one; {@link Long#MAX_VALUE}: to the end
 */
record LineRange(FilePosition from, long toLine) implements Serializable {
  static LineRange after(FilePosition position) {
    return new LineRange(position, Long.MAX_VALUE);
  }
}
