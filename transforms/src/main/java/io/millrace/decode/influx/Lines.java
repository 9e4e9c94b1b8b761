package io.millrace.decode.influx;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.text.ByteScan;
import java.util.Arrays;

/**
 * Finds the lines of a record that hold points, and the strings in them. A line ends at a line feed
 * that is not in a string, so what a line with errors is depends on nothing but its quotes: no part
 * of a string becomes a line of its own. Not thread-safe.
 */
final class Lines {
  /**
   * So many strings of a record are kept at most: the parser finds the others again. Without a
   * limit, a record of empty strings would take several times its size for good.
   */
  static final int MOST_STRINGS = 1 << 16;

  private int[] from = new int[64];
  private int[] to = new int[64];
  private int count;
  private boolean comments;

  // Strings of all lines, from the index of one line to that of the next
  private int[] stringsUpTo = new int[64];
  private int[] opening = new int[256];
  private int[] closing = new int[256];
  private boolean[] escaped = new boolean[256];
  private int strings;

  // Within the current line: how far it was searched for the space before its fields
  private int searchedTo;
  private boolean inFields;

  /** How many lines there are, without comments and blank ones. */
  int count() {
    return count;
  }

  /** Whether there were comments. */
  boolean comments() {
    return comments;
  }

  int from(int i) {
    return from[i];
  }

  /** Where a line ends, without its line end. */
  int to(int i) {
    return to[i];
  }

  /** The first string of a line. */
  int firstString(int i) {
    return i == 0 ? 0 : stringsUpTo[i - 1];
  }

  /** The string behind the last one of a line. */
  int stringsEnd(int i) {
    return stringsUpTo[i];
  }

  /** Where the opening quote of a string stands in the record. */
  int opening(int string) {
    return opening[string];
  }

  /** Where the closing quote of a string stands in the record; its end if there is none. */
  int closing(int string) {
    return closing[string];
  }

  /** Whether a string holds a backslash. */
  boolean isEscaped(int string) {
    return escaped[string];
  }

  /**
   * Finds the lines.
   *
   * @param start the first byte to look at
   * @param most the largest number of lines
   * @throws DecodeException if there are more
   */
  void find(byte[] bytes, int start, int most) throws DecodeException {
    count = 0;
    strings = 0;
    comments = false;
    int next;
    for (int at = start; at < bytes.length; at = next + 1) {
      int first = skipBlanks(bytes, at);
      if (first == bytes.length) {
        break;
      }
      boolean comment = bytes[first] == '#';
      comments |= comment;
      next = comment ? ByteScan.newline(bytes, first, bytes.length) : end(bytes, first);
      int end = next > at && bytes[next - 1] == '\r' ? next - 1 : next;
      if (comment || first >= end) {
        continue;
      }
      if (count == most) {
        throw new DecodeException(
            DeadLetterCode.TOO_LARGE, "expected at most " + most + " events in a record");
      }
      add(at, end);
    }
  }

  private void add(int lineFrom, int lineTo) {
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      stringsUpTo = Arrays.copyOf(stringsUpTo, 2 * count);
    }
    from[count] = lineFrom;
    to[count] = lineTo;
    stringsUpTo[count] = strings;
    count++;
  }

  private static int skipBlanks(byte[] bytes, int start) {
    int at = start;
    while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at;
  }

  /** Where the line feed stands that ends a line, or the end of the bytes. */
  private int end(byte[] bytes, int first) {
    searchedTo = first;
    inFields = false;
    int at = ByteScan.quoteOrNewline(bytes, first, bytes.length);
    while (at < bytes.length && bytes[at] == '"') {
      int next = at + 1;
      if (opensString(bytes, first, at)) {
        next = Math.min(addString(bytes, at) + 1, bytes.length);
      }
      at = ByteScan.quoteOrNewline(bytes, next, bytes.length);
    }
    return at;
  }

  /** Finds the end of a string, and keeps it unless there are too many. */
  private int addString(byte[] bytes, int quote) {
    int end = ByteScan.quoteOrBackslash(bytes, quote + 1, bytes.length);
    boolean hasBackslash = end < bytes.length && bytes[end] == '\\';
    if (hasBackslash) {
      end = ByteScan.closingQuote(bytes, end);
    }
    if (strings == MOST_STRINGS) {
      return end;
    }
    if (strings == opening.length) {
      opening = Arrays.copyOf(opening, 2 * strings);
      closing = Arrays.copyOf(closing, 2 * strings);
      escaped = Arrays.copyOf(escaped, 2 * strings);
    }
    opening[strings] = quote;
    closing[strings] = end;
    escaped[strings] = hasBackslash;
    strings++;
    return end;
  }

  /** Whether a quote follows the equals sign after a field's key. */
  private boolean opensString(byte[] bytes, int first, int quote) {
    if (quote - first < 2 || bytes[quote - 1] != '=' || bytes[quote - 2] == '\\') {
      return false;
    }
    for (; !inFields && searchedTo < quote; searchedTo++) {
      inFields = bytes[searchedTo] == ' ' && searchedTo > first && bytes[searchedTo - 1] != '\\';
    }
    return inFields;
  }
}
