package io.millrace.decode.json;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.text.ByteScan;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Passes over JSON by its structure alone: where a value ends, and what follows. What is inside of
 * the values passed is not checked; whoever decodes them does that. Costs about a nanosecond a
 * byte, less in strings. Not thread-safe.
 */
public final class JsonScan {
  /**
   * The objects and arrays that are elements of one array, in their order. Reused.
   *
   * <p>State: eight bytes for each element, of which only the first ones are kept. Without a limit,
   * a record of 64 MiB in which each element is empty would take four times its size for good.
   */
  static final class Children {
    private final int most;
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int count;
    private int next;

    /** Keeps so many elements at most. */
    Children(int most) {
      this.most = most;
    }

    /** How many are kept. */
    int count() {
      return count;
    }

    void clear() {
      count = 0;
      next = 0;
    }

    private void begin(int at) {
      if (count == most) {
        return;
      }
      if (count == from.length) {
        from = Arrays.copyOf(from, 2 * count);
        to = Arrays.copyOf(to, 2 * count);
      }
      from[count] = at;
    }

    private void end(int at) {
      if (count < most) {
        to[count++] = at;
      }
    }

    /**
     * Where the element ends that begins at an index; -1 if none does that is kept. Indexes must
     * increase.
     */
    int endOf(int start) {
      while (next < count && from[next] < start) {
        next++;
      }
      return next < count && from[next] == start ? to[next] : -1;
    }
  }

  private byte[] bytes = {};
  private int end;

  /** Begins with other bytes, of which those before {@code to} count. */
  public void open(byte[] json, int to) {
    bytes = json;
    end = to;
  }

  /** The first byte from an index on that is no white space. */
  public int space(int from) throws DecodeException {
    int at = from;
    while (at < end && SyntaxErrors.isSpace(bytes[at])) {
      at++;
    }
    if (at == end) {
      throw truncated();
    }
    return at;
  }

  byte at(int index) {
    return bytes[index];
  }

  /** Where a string ends whose opening quote is at an index: behind the closing one. */
  public int string(int quote) throws DecodeException {
    if (bytes[quote] != '"') {
      throw malformed(quote);
    }
    int closing = ByteScan.closingQuote(bytes, quote + 1);
    if (closing >= end) {
      throw truncated();
    }
    return closing + 1;
  }

  /** Where a value ends that begins at an index. */
  public int value(int from) throws DecodeException {
    return switch (bytes[from]) {
      case '"' -> string(from);
      case '{', '[' -> nested(from, null);
      case ',', ':', ']', '}' -> throw malformed(from);
      default -> word(from);
    };
  }

  /** The same for a value that may be an array, whose elements are kept. */
  int value(int from, Children children) throws DecodeException {
    children.clear();
    return bytes[from] == '[' ? nested(from, children) : value(from);
  }

  private int word(int from) throws DecodeException {
    int at = from;
    while (at < end && !isDelimiter(bytes[at])) {
      at++;
    }
    if (at == end) {
      throw truncated();
    }
    return at;
  }

  private static boolean isDelimiter(byte c) {
    return c == ',' || c == ']' || c == '}' || SyntaxErrors.isSpace(c);
  }

  private int nested(int from, @Nullable Children children) throws DecodeException {
    int depth = 0;
    for (int at = from; at < end; at++) {
      switch (bytes[at]) {
        case '"' -> at = string(at) - 1;
        case '{', '[' -> {
          if (++depth == 2 && children != null) {
            children.begin(at);
          }
        }
        case '}', ']' -> {
          if (--depth == 0) {
            return at + 1;
          } else if (depth == 1 && children != null) {
            children.end(at + 1);
          }
        }
        default -> {}
      }
    }
    throw truncated();
  }

  private DecodeException truncated() {
    return new DecodeException(
        DeadLetterCode.TRUNCATED, "byte " + end + ": the JSON ends before it is complete");
  }

  /** The failure for a byte that cannot be here. */
  public static DecodeException malformed(int at) {
    return new DecodeException(
        DeadLetterCode.MALFORMED_JSON, "byte " + at + ": expected valid JSON");
  }
}
