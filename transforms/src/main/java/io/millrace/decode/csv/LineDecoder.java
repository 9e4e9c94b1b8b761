package io.millrace.decode.csv;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.decode.DecodeException;
import io.millrace.decode.EventAssembler;
import io.millrace.decode.TextValueReader;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Decodes the current line of a scanner to an event. Not thread-safe. */
final class LineDecoder {
  private final int maxBytes;
  private final int quote;
  private final byte[] absent;
  private final EventAssembler events;
  private final TextValueReader values = new TextValueReader();
  private final UnknownColumns unknown;

  LineDecoder(Contract contract, CsvDialect dialect, Clock clock) {
    this.maxBytes = contract.limits().maxBytes();
    this.quote = dialect.quote();
    this.absent = dialect.absent();
    this.events = new EventAssembler(contract, clock);
    this.unknown = new UnknownColumns(contract.unknownFields().form());
  }

  /**
   * The event of a line of valid UTF-8.
   *
   * @param origin holds the bytes of the line
   * @param shift what the scanner's places are beyond those in the origin's bytes
   * @throws DecodeException if the line is no valid event
   */
  Event event(LineScanner line, Columns columns, SourceRecord origin, int shift)
      throws DecodeException {
    byte[] bytes = origin.value();
    if (line.lineTo() - line.lineFrom() > maxBytes) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + maxBytes + " bytes");
    }
    line.check();
    int count = columns.count();
    if (line.cells() != count) {
      throw new DecodeException(
          DeadLetterCode.MALFORMED_CSV,
          "expected " + count + " cells in a line, found " + line.cells());
    }
    @Nullable Object[] row = events.newValues();
    unknown.clear();
    for (int column = 0; column < count; column++) {
      int from = line.from(column) - shift;
      int to = line.to(column) - shift;
      byte form = line.form(column);
      if (form == LineScanner.ESCAPED) {
        byte[] text = new byte[to - from];
        int length = CsvText.unescape(bytes, from, to, quote, text);
        put(columns, column, text, 0, length, row);
      } else if (form == LineScanner.QUOTED
          || !Arrays.equals(bytes, from, to, absent, 0, absent.length)) {
        put(columns, column, bytes, from, to, row);
      }
    }
    return events.event(row, unknown.result(), origin);
  }

  private void put(
      Columns columns, int column, byte[] bytes, int from, int to, @Nullable Object[] row)
      throws DecodeException {
    FieldDefinition field = columns.field(column);
    if (field == null) {
      unknown.add(columns, column, bytes, from, to);
    } else {
      row[columns.index(column)] = values.read(field, bytes, from, to);
    }
  }
}
