package io.millrace.sink.bigquery;

import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.rollup.RollupRow;
import io.millrace.sink.WriteResult;
import java.util.Arrays;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the table of rows, and catches what BigQuery cannot take for its size: an event becomes a
 * dead letter; a dead letter keeps as much of its original as fits, and says so.
 *
 * @param <T> {@link Event}, {@link DeadLetter} or {@link RollupRow}
 */
final class RowsToWrite<T> extends DoFn<T, RowToWrite> {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(RowsToWrite.class);

  static final TupleTag<RowToWrite> ROWS = new TupleTag<>("rows") {};

  private final String table;
  private final DeadLetterFactory deadLetters;

  /** Rows of a table; of a rollup each names its own. */
  RowsToWrite(String table, DeadLetterFactory deadLetters) {
    this.table = table;
    this.deadLetters = deadLetters;
  }

  @ProcessElement
  public void process(@Element T element, MultiOutputReceiver out) {
    if (element instanceof RollupRow rollup) {
      out.get(ROWS).output(new RowToWrite(rollup.table(), rollup));
    } else if (element instanceof DeadLetter letter) {
      out.get(ROWS).output(new RowToWrite(table, fitting(letter)));
    } else if (element instanceof Event event && RowSize.isTooLarge(event)) {
      out.get(WriteResult.REFUSED)
          .output(
              deadLetters.create(
                  event.origin(),
                  DeadLetterCode.REFUSED_BY_SINK,
                  "the row is larger than the "
                      + RowSize.MOST_BYTES
                      + " bytes that are sent to BigQuery at once",
                  WriteToBigQuery.STAGE));
    } else {
      out.get(ROWS).output(new RowToWrite(table, element));
    }
  }

  /** The letter, if need be with the beginning of its original only. */
  static DeadLetter fitting(DeadLetter letter) {
    SourceRecord origin = letter.origin();
    byte[] value = origin.value();
    long rest = size(origin.key());
    for (SourceRecord.Header header : origin.headers()) {
      rest += 3L * header.name().length() + size(header.value());
    }
    long room = RowSize.MOST_BYTES - rest;
    if (value == null || value.length <= room) {
      return letter;
    }
    int kept = (int) Math.max(0, room);
    LOG.error(
        "The record {} of {} bytes is too large for a row of BigQuery: its dead letter holds the"
            + " first {}; the record itself is where it was read",
        origin,
        value.length,
        kept);
    return new DeadLetter(
        new SourceRecord(
            origin.topic(),
            origin.partition(),
            origin.offset(),
            origin.key(),
            Arrays.copyOf(value, kept),
            origin.headers(),
            origin.recordTimeMillis(),
            origin.arrivalWatermarkMillis()),
        letter.code(),
        "only " + kept + " of " + value.length + " bytes fit into a row; " + letter.message(),
        letter.stage(),
        letter.contract(),
        letter.contractVersion(),
        letter.consumer(),
        letter.firstSeenMillis(),
        letter.attempt());
  }

  private static int size(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
