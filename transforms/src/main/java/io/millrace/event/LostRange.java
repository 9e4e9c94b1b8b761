package io.millrace.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Offsets of a partition that were never read: the log deleted them first, or reading began after
 * them. They have no outcome and are not part of the equation. Some offsets may have held no
 * record: transaction markers take offsets, and compaction leaves gaps.
 *
 * <p>The source emits a range as a record, see {@link #asRecord}. So a checkpoint covers the
 * offsets of a range and its audit entry together.
 *
 * @param firstOffset the first lost offset
 * @param lastOffset the last lost offset; not less than the first
 * @param detectedAtMillis when the reader detected the loss, milliseconds since the epoch, UTC
 * @param reason why they were not read
 */
public record LostRange(
    String topic,
    int partition,
    long firstOffset,
    long lastOffset,
    long detectedAtMillis,
    Reason reason) {
  /** Why offsets were not read. */
  public enum Reason {
    /** The log removed them by time, by size or by a request. */
    REMOVED("removed", 0),
    /** Their topic was deleted, and perhaps created again. */
    TOPIC_DELETED("topic_deleted", 1),
    /** The brokers lost them, and the log continues with other records at these offsets. */
    TRUNCATED("truncated", 2),
    /** Reading began after them, as the flags asked. They are not lost. */
    SKIPPED("skipped", 3);

    private final String label;

    /** Part of saved state. */
    private final int code;

    Reason(String label, int code) {
      this.label = label;
      this.code = code;
    }

    private static Reason ofCode(int code) {
      return Arrays.stream(values())
          .filter(reason -> reason.code == code)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("unknown reason: " + code));
    }

    /** The name in tables. */
    public String label() {
      return label;
    }
  }

  /** A range that the log removed. */
  public LostRange(
      String topic, int partition, long firstOffset, long lastOffset, long detectedAtMillis) {
    this(topic, partition, firstOffset, lastOffset, detectedAtMillis, Reason.REMOVED);
  }

  /** Whether reading began after the range, so that nothing is lost. */
  public boolean isSkipped() {
    return reason == Reason.SKIPPED;
  }

  /** The suffix that makes the name of the audit table the name of the table of lost ranges. */
  public static final String TABLE_SUFFIX = "_lost";

  /** The number of lost offsets. */
  public long offsets() {
    return lastOffset - firstOffset + 1;
  }

  /**
   * Encodes the range as a record with a negative partition, which no record of a source has.
   *
   * @param arrivalWatermarkMillis the watermark of the partition
   */
  public SourceRecord asRecord(long arrivalWatermarkMillis) {
    return new SourceRecord(
        topic,
        ~partition,
        firstOffset,
        null,
        value(),
        List.of(),
        detectedAtMillis,
        arrivalWatermarkMillis);
  }

  private byte[] value() {
    // Without a reason as before there were others.
    return reason == Reason.REMOVED
        ? ByteBuffer.allocate(Long.BYTES).putLong(lastOffset).array()
        : ByteBuffer.allocate(Long.BYTES + 1).putLong(lastOffset).put((byte) reason.code).array();
  }

  /** Whether a record was created by {@link #asRecord}. */
  public static boolean isLostRange(SourceRecord record) {
    return record.partition() < 0;
  }

  /** Decodes a record that was created by {@link #asRecord}. */
  public static LostRange of(SourceRecord record) {
    byte @Nullable [] last = record.value();
    if (last == null) {
      throw new IllegalArgumentException("the record is not a lost range: " + record);
    }
    return new LostRange(
        record.topic(),
        ~record.partition(),
        record.offset(),
        ByteBuffer.wrap(last).getLong(),
        record.recordTimeMillis(),
        last.length > Long.BYTES ? Reason.ofCode(last[Long.BYTES]) : Reason.REMOVED);
  }

  /** {@code topic/partition@first-last}, or {@code topic/partition@first}. */
  @Override
  public String toString() {
    return topic
        + "/"
        + partition
        + "@"
        + firstOffset
        + (firstOffset == lastOffset ? "" : "-" + lastOffset);
  }

  /** The coder of a range, which writes its record. */
  public static final class Coder extends AtomicCoder<LostRange> {
    private static final long serialVersionUID = 1L;

    private static final Coder INSTANCE = new Coder();

    private Coder() {}

    public static Coder of() {
      return INSTANCE;
    }

    @Override
    public void encode(LostRange range, OutputStream out) throws IOException {
      SourceRecordCoder.of().encode(range.asRecord(0), out);
    }

    @Override
    public LostRange decode(InputStream in) throws IOException {
      return LostRange.of(SourceRecordCoder.of().decode(in));
    }

    @Override
    public void verifyDeterministic() {}
  }
}
