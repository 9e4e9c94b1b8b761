package io.millrace.clickhouse.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.schema.AuditTable;
import io.millrace.event.Outcome;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;

/**
 * Writes rows of the {@link AuditTable}, all of one contract and one outcome. There is none that
 * cannot be written. There is one for each record read, so what many have in common is encoded
 * once. Used by one thread.
 */
public final class AuditRows {
  /** About what a row takes; most have a shorter topic. */
  private static final int USUAL_BYTES = 80;

  private final byte[] contract;
  private final byte[] outcome;
  private String topic = "";
  private byte[] topicBytes = {};

  public AuditRows(String contract, Outcome outcome) {
    this.contract = contract.getBytes(UTF_8);
    this.outcome = outcome.label().getBytes(UTF_8);
  }

  /**
   * Writes one row, in the order of {@link AuditTable#COLUMNS}.
   *
   * @param record where it was read; its bytes are not needed
   * @param eventTimeMillis when the event happened; of a dead letter the record's time
   * @param writtenAtMillis the worker's clock, milliseconds since the epoch, UTC
   */
  public void write(
      SourceRecord record, long eventTimeMillis, long writtenAtMillis, RowBuffer out) {
    if (!record.topic().equals(topic)) {
      topic = record.topic();
      topicBytes = topic.getBytes(UTF_8);
    }
    out.writeString(contract);
    out.writeString(topicBytes);
    out.writeInt(record.partition());
    out.writeLong(record.offset());
    out.writeLong(ValueEncoders.storable(record.recordTimeMillis()));
    out.writeString(outcome);
    out.writeLong(ValueEncoders.storable(writtenAtMillis));
    out.writeLong(ValueEncoders.storable(eventTimeMillis));
  }

  /** The rows of a batch that has been written: one for each of its own. */
  RowBlock of(Batch written, long writtenAtMillis) {
    int count = written.rowCount();
    RowBuffer rows = new RowBuffer(Math.multiplyExact(count, USUAL_BYTES));
    RowBuffer index = new RowBuffer(Math.multiplyExact(count, RowBlock.INDEX_BYTES));
    written.forEachPlace(
        (record, eventTimeMillis) -> {
          write(record, eventTimeMillis, writtenAtMillis, rows);
          RowBlock.appendIndex(index, rows.size(), record.recordTimeMillis());
        });
    return RowBlock.withoutOrigins(index.toByteArray(), rows.toByteArray());
  }
}
