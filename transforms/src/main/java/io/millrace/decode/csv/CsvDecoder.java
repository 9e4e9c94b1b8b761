package io.millrace.decode.csv;

import io.millrace.contract.Contract;
import io.millrace.contract.EventsInRecord;
import io.millrace.decode.BodyHint;
import io.millrace.decode.DecodeException;
import io.millrace.decode.RecordDecoder;
import io.millrace.decode.Utf8Validator;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import io.millrace.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decodes records whose lines are events. Each line is copied, so that its dead letter holds its
 * bytes alone.
 *
 * <p>If records have a header line, an element keeps it in {@link
 * DeadLetterFactory#SURROUNDING_HEADER}. A record with this header is one line that is replayed.
 */
final class CsvDecoder implements RecordDecoder {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /** So many bytes tell UTF-16 and UTF-32 from text in UTF-8. */
  private static final int GUESSED = 2;

  /** A line has a byte and a line break at least. */
  private static final int SHORTEST_LINE = 2;

  private final Contract contract;
  private final EventsInRecord limits;
  private final CsvDialect dialect;
  private final LineScanner lines;
  private final LineDecoder decoder;
  private final Utf8Validator utf8 = new Utf8Validator();
  private byte[] latestHeader = {};
  private @Nullable Columns columns;

  CsvDecoder(Contract contract, EventsInRecord limits, CsvDialect dialect, Clock clock) {
    this.contract = contract;
    this.limits = limits;
    this.dialect = dialect;
    this.lines = new LineScanner(dialect);
    this.decoder = new LineDecoder(contract, dialect, clock);
    this.columns = dialect.header() ? null : Columns.listed(contract, dialect.columns());
  }

  @Override
  public int decode(SourceRecord record, Receiver receiver) throws DecodeException {
    byte[] bytes = record.value();
    if (bytes == null) {
      throw new DecodeException(DeadLetterCode.TOMBSTONE, "expected lines, found a null body");
    } else if (bytes.length > limits.maxRecordBytes()) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + limits.maxRecordBytes() + " bytes");
    }
    refuseOtherEncodings(bytes);
    try {
      byte[] header = dialect.header() ? header(record) : null;
      return header == null ? many(bytes, record, receiver) : one(header, bytes, record, receiver);
    } finally {
      lines.close();
    }
  }

  /** What is no text in UTF-8 would give many dead lines. */
  private static void refuseOtherEncodings(byte[] bytes) throws DecodeException {
    String hint = BodyHint.of(bytes, "CSV");
    if (!hint.isEmpty()) {
      throw new DecodeException(DeadLetterCode.NOT_UTF8, "byte 0: expected UTF-8" + hint);
    }
    for (int i = 0; i < Math.min(GUESSED, bytes.length); i++) {
      // UTF-16 and UTF-32 have zeros there, or a byte order mark
      if (bytes[i] == 0 || (i == 0 && (bytes[i] & 0xff) >= 0xfe)) {
        throw new DecodeException(
            DeadLetterCode.NOT_UTF8, "byte " + i + ": expected UTF-8, found UTF-16 or UTF-32");
      }
    }
  }

  /** The header line of a line that is replayed. */
  private static byte @Nullable [] header(SourceRecord record) {
    Header header = record.header(DeadLetterFactory.SURROUNDING_HEADER);
    return header == null ? null : header.value();
  }

  private int one(byte[] header, byte[] bytes, SourceRecord record, Receiver receiver)
      throws DecodeException {
    lines.open(header, 0);
    Columns known = columns(header);
    lines.open(bytes, 0);
    if (!lines.next(known.count())) {
      throw empty();
    }
    checkUtf8(bytes);
    var event = decoder.event(lines, known, record, 0);
    if (lines.next(0)) {
      throw new DecodeException(
          DeadLetterCode.TRAILING_GARBAGE,
          "byte " + lines.lineFrom() + ": expected nothing after the line of a dead letter");
    }
    receiver.event(event);
    return 1;
  }

  private int many(byte[] bytes, SourceRecord record, Receiver receiver) throws DecodeException {
    int mark = BYTE_ORDER_MARK.length;
    boolean isMarked =
        bytes.length >= mark && Arrays.equals(bytes, 0, mark, BYTE_ORDER_MARK, 0, mark);
    int start = isMarked ? mark : 0;
    Columns known = open(bytes, start);
    if (bytes.length / SHORTEST_LINE >= limits.maxEvents()) {
      checkCount();
      known = open(bytes, start);
    }
    List<Header> headers =
        dialect.header() ? withHeaderLine(record.headers(), latestHeader) : record.headers();
    boolean allUtf8 = Utf8.isValid(bytes, start, bytes.length);
    int position = 0;
    for (; lines.next(known.count()); position++) {
      byte[] alone = Arrays.copyOfRange(bytes, lines.lineFrom(), lines.lineTo());
      SourceRecord element = record.element(position, 0, alone, headers);
      try {
        if (!allUtf8) {
          checkUtf8(alone);
        }
        receiver.event(decoder.event(lines, known, element, lines.lineFrom()));
      } catch (DecodeException e) {
        receiver.dead(e, element);
      }
    }
    if (position == 0 && !dialect.header()) {
      throw empty();
    }
    return position;
  }

  /** Opens a record, passes its header line if it has one, and gives its columns. */
  private Columns open(byte[] bytes, int start) throws DecodeException {
    lines.open(bytes, start);
    return dialect.header() || columns == null ? columns(bytes) : columns;
  }

  /** Passes the header line, and gives the columns that it names. */
  private Columns columns(byte[] bytes) throws DecodeException {
    if (!lines.next(Integer.MAX_VALUE)) {
      throw empty();
    }
    int from = lines.lineFrom();
    int to = lines.lineTo();
    Columns known = columns;
    if (known != null && Arrays.equals(bytes, from, to, latestHeader, 0, latestHeader.length)) {
      return known;
    }
    byte[] header = Arrays.copyOfRange(bytes, from, to);
    try {
      checkUtf8(header);
      lines.check();
    } catch (DecodeException e) {
      throw new DecodeException(e.code(), "header line: " + e.getMessage());
    }
    List<String> names = new ArrayList<>();
    for (int cell = 0; cell < lines.cells(); cell++) {
      byte[] text = Arrays.copyOfRange(bytes, lines.from(cell), lines.to(cell));
      int length =
          lines.form(cell) == LineScanner.ESCAPED
              ? CsvText.unescape(text, 0, text.length, dialect.quote(), text)
              : text.length;
      names.add(new String(text, 0, length, StandardCharsets.UTF_8));
    }
    Columns named = Columns.named(contract, names);
    columns = named;
    latestHeader = header;
    return named;
  }

  private void checkCount() throws DecodeException {
    for (int count = 0; lines.next(0); count++) {
      if (count == limits.maxEvents()) {
        throw new DecodeException(
            DeadLetterCode.TOO_LARGE,
            "expected at most " + limits.maxEvents() + " events in a record");
      }
    }
  }

  private void checkUtf8(byte[] bytes) throws DecodeException {
    if (utf8.check(bytes, 0) != Utf8Validator.Result.VALID) {
      throw new DecodeException(
          DeadLetterCode.NOT_UTF8, "byte " + utf8.position() + ": expected UTF-8");
    }
  }

  private static List<Header> withHeaderLine(List<Header> headers, byte[] line) {
    List<Header> all = new ArrayList<>(headers.size() + 1);
    all.addAll(headers);
    all.add(new Header(DeadLetterFactory.SURROUNDING_HEADER, line));
    return List.copyOf(all);
  }

  private static DecodeException empty() {
    return new DecodeException(DeadLetterCode.EMPTY, "expected a line, found none with a byte");
  }
}
