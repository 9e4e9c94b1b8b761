package io.millrace.decode.csv;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.util.Arrays;

/**
 * Finds the lines and cells of CSV by RFC 4180, in one pass. A line ends at a line feed, or at a
 * carriage return and a line feed, outside of quotes, or at the end of the bytes. Lines without
 * bytes are passed over.
 *
 * <p>What is wrong in a line never changes where it ends: a quote that begins a cell always hides
 * line breaks up to the next quote. So no text within quotes is ever taken for a line. A quote that
 * nothing closes takes in all that follows. Not thread-safe.
 */
final class LineScanner {
  /** The forms of a cell: as it is; within quotes; within quotes and with quotes in it. */
  static final byte PLAIN = 0;

  static final byte QUOTED = 1;
  static final byte ESCAPED = 2;

  private static final byte[] NO_BYTES = {};

  // What a byte can be outside of quotes
  private static final byte DELIMITER = 1;
  private static final byte QUOTE = 2;
  private static final byte LINE_FEED = 3;
  private static final byte CARRIAGE_RETURN = 4;

  private final byte[] kinds = new byte[1 << Byte.SIZE];
  private final byte delimiter;
  private final int quote;
  private byte[] bytes = NO_BYTES;
  private int next;
  private int lineFrom;
  private int lineTo;
  private int cells;
  private int mostKept;
  private int[] from = new int[16];
  private int[] to = new int[16];
  private byte[] forms = new byte[16];
  private DeadLetterCode problem = DeadLetterCode.MALFORMED_CSV;
  private int problemAt;
  private String expected = "";

  LineScanner(CsvDialect dialect) {
    delimiter = dialect.delimiter();
    quote = dialect.quote();
    kinds[delimiter] = DELIMITER;
    if (quote != CsvDialect.NO_QUOTE) {
      kinds[quote] = QUOTE;
    }
    kinds['\n'] = LINE_FEED;
    kinds['\r'] = CARRIAGE_RETURN;
  }

  /**
   * Begins with other bytes.
   *
   * @param start where the first line begins
   */
  void open(byte[] other, int start) {
    bytes = other;
    next = start;
  }

  /** Forgets the bytes. */
  void close() {
    bytes = NO_BYTES;
  }

  /**
   * Goes on to the next line.
   *
   * @param most of how many cells the places are kept; all are counted
   * @return whether there was one
   */
  boolean next(int most) {
    int at = next;
    while (at < bytes.length && isBreak(at)) {
      at += bytes[at] == '\n' ? 1 : Math.min(2, bytes.length - at);
    }
    if (at == bytes.length) {
      next = at;
      return false;
    }
    mostKept = most;
    lineFrom = at;
    cells = 0;
    expected = "";
    while (true) {
      at = at < bytes.length && bytes[at] == quote ? quoted(at) : plain(at);
      if (at == bytes.length || bytes[at] != delimiter) {
        break;
      }
      at++;
    }
    lineTo = at;
    next = at == bytes.length ? at : at + (bytes[at] == '\n' ? 1 : Math.min(2, bytes.length - at));
    return true;
  }

  /** Where the current line begins. */
  int lineFrom() {
    return lineFrom;
  }

  /** Where the current line ends, without its line break. */
  int lineTo() {
    return lineTo;
  }

  /** How many cells the current line has. */
  int cells() {
    return cells;
  }

  /** Where a cell's text begins, without its quote. */
  int from(int cell) {
    return from[cell];
  }

  /** Where a cell's text ends, without its quote. */
  int to(int cell) {
    return to[cell];
  }

  byte form(int cell) {
    return forms[cell];
  }

  /** Fails if the current line is no CSV. */
  void check() throws DecodeException {
    if (!expected.isEmpty()) {
      throw new DecodeException(problem, "byte " + (problemAt - lineFrom) + ": " + expected);
    }
  }

  /** Passes a cell that does not begin with a quote. */
  private int plain(int start) {
    int end = toCellEnd(start);
    add(start, end, PLAIN);
    return end;
  }

  /** Where the cell ends that goes on at an index without quotes. */
  private int toCellEnd(int start) {
    int at = start;
    while (true) {
      byte kind = 0;
      while (at < bytes.length && (kind = kinds[bytes[at] & 0xff]) == 0) {
        at++;
      }
      if (at == bytes.length || kind <= DELIMITER || kind == LINE_FEED) {
        return at;
      } else if (kind == QUOTE) {
        wrong(DeadLetterCode.MALFORMED_CSV, at, "expected no quote within a cell");
      } else if (isBreak(at)) {
        return at;
      } else {
        wrong(DeadLetterCode.MALFORMED_CSV, at, "expected a line feed after a carriage return");
      }
      at++;
    }
  }

  /** Passes a cell that begins with a quote. */
  private int quoted(int start) {
    byte form = QUOTED;
    int at = start + 1;
    while (true) {
      while (at < bytes.length && bytes[at] != quote) {
        at++;
      }
      if (at == bytes.length) {
        wrong(DeadLetterCode.TRUNCATED, start, "expected a quote that closes this one");
        add(start + 1, at, form);
        return at;
      } else if (at + 1 == bytes.length || bytes[at + 1] != quote) {
        break;
      }
      form = ESCAPED;
      at += 2;
    }
    add(start + 1, at, form);
    at++;
    if (at < bytes.length && bytes[at] != delimiter && !isBreak(at)) {
      wrong(
          DeadLetterCode.MALFORMED_CSV, at, "expected the end of the cell after the closing quote");
      return toCellEnd(at);
    }
    return at;
  }

  /** Whether a line ends at an index, outside of quotes. */
  private boolean isBreak(int at) {
    return bytes[at] == '\n'
        || (bytes[at] == '\r' && (at + 1 == bytes.length || bytes[at + 1] == '\n'));
  }

  private void add(int start, int end, byte form) {
    if (cells < mostKept) {
      if (cells == from.length) {
        from = Arrays.copyOf(from, 2 * cells);
        to = Arrays.copyOf(to, 2 * cells);
        forms = Arrays.copyOf(forms, 2 * cells);
      }
      from[cells] = start;
      to[cells] = end;
      forms[cells] = form;
    }
    cells++;
  }

  /** Notes the first thing that is wrong in a line. */
  private void wrong(DeadLetterCode code, int at, String what) {
    if (expected.isEmpty()) {
      problem = code;
      problemAt = at;
      expected = what;
    }
  }
}
