package io.millrace.clickhouse.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.ValueEncoders;
import io.millrace.clickhouse.schema.AuditTable;
import io.millrace.event.Clock;
import io.millrace.event.Outcome;
import io.millrace.event.RowBuffer;
import io.millrace.event.SourceRecord;
import java.util.function.Consumer;

/**
 * Encodes entries of the audit for one contract and outcome, one for each event read, as state and
 * savepoints hold them. {@link AuditBatches} joins them to rows of the {@link AuditTable}. Every
 * entry is valid. Encodes repeated values once. Not thread-safe.
 */
public final class AuditRows {
  private static final long SECOND_MILLIS = 1_000;

  /** Typical size of a row. */
  private static final int USUAL_BYTES = 80;

  private static final int BLOCK_BYTES = 128 << 10;

  private final byte[] contract;
  private final byte[] outcome;
  private final boolean many;
  private String topic = "";
  private byte[] topicBytes = {};
  private long writtenAt = Long.MAX_VALUE;

  /**
   * Prepares for rows.
   *
   * @param outcome {@link Outcome#label} or {@link Outcome#NO_EVENT}
   * @param many whether a record of the contract may hold many events
   */
  public AuditRows(String contract, String outcome, boolean many) {
    this.contract = contract.getBytes(UTF_8);
    this.outcome = outcome.getBytes(UTF_8);
    this.many = many;
  }

  /**
   * Encodes one entry. Its form must not change.
   *
   * @param record the record; its bytes are not needed
   * @param eventTimeMillis the event time; for a dead letter the record time
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
    if (many) {
      out.writeInt(record.elementNumber());
      out.writeInt(record.elements());
    }
  }

  /**
   * Encodes an entry that is written for itself. Entries of a second have the time of the first of
   * them, so that {@link AuditBatches} joins many.
   */
  public void write(SourceRecord record, long eventTimeMillis, Clock clock, RowBuffer out) {
    long now = clock.millis();
    if (now < writtenAt || now - writtenAt >= SECOND_MILLIS) {
      writtenAt = now;
    }
    write(record, eventTimeMillis, writtenAt, out);
  }

  /** Gives the entries of a batch, in blocks that are no humongous objects. */
  void forEachBlock(Batch written, long writtenAtMillis, Consumer<RowBlock> blocks) {
    int usual = Math.min(written.rowCount(), BLOCK_BYTES / USUAL_BYTES + 1);
    RowBuffer rows = new RowBuffer(usual * USUAL_BYTES);
    RowBuffer index = new RowBuffer(usual * RowBlock.INDEX_BYTES);
    written.forEachOrigin(
        (record, eventTimeMillis) -> {
          write(record, eventTimeMillis, writtenAtMillis, rows);
          RowBlock.appendIndex(index, rows.size(), record.recordTimeMillis());
          if (rows.size() >= BLOCK_BYTES) {
            blocks.accept(block(index, rows));
          }
        });
    if (rows.size() > 0) {
      blocks.accept(block(index, rows));
    }
  }

  private static RowBlock block(RowBuffer index, RowBuffer rows) {
    RowBlock block = RowBlock.packed(index.toByteArray(), rows.toByteArray(), new byte[0]);
    index.clear();
    rows.clear();
    return block;
  }
}
