package io.millrace.event;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Offsets of a partition that the log removed before they were read. They have no outcome and are
 * not part of the equation. Some of them may have held no record: transaction markers take offsets,
 * and compaction leaves gaps.
 *
 * <p>A range travels from the source to {@code DecodeEvents} in the place of a record, see {@link
 * #asRecord}: so a checkpoint that is past the range is past its entry in the audit, too.
 *
 * @param firstOffset the first offset that was lost
 * @param lastOffset the last one; not less than the first
 * @param detectedAtMillis the reader's clock, milliseconds since the epoch, UTC
 */
public record LostRange(
    String topic, int partition, long firstOffset, long lastOffset, long detectedAtMillis) {
  /** What the table of lost ranges adds to the name of the audit table. */
  public static final String TABLE_SUFFIX = "_lost";

  /** How many offsets were lost. */
  public long offsets() {
    return lastOffset - firstOffset + 1;
  }

  /**
   * The range in the place of a record. No source gives a record a negative partition, so nothing
   * that a producer sends can be taken for a range.
   *
   * @param arrivalWatermarkMillis the watermark of the partition
   */
  public SourceRecord asRecord(long arrivalWatermarkMillis) {
    return new SourceRecord(
        topic,
        ~partition,
        firstOffset,
        null,
        ByteBuffer.allocate(Long.BYTES).putLong(lastOffset).array(),
        List.of(),
        detectedAtMillis,
        arrivalWatermarkMillis);
  }

  /** Whether {@link #asRecord} made a record. */
  public static boolean isIn(SourceRecord record) {
    return record.partition() < 0;
  }

  /** The range in a record that {@link #asRecord} made. */
  public static LostRange of(SourceRecord record) {
    byte @Nullable [] last = record.value();
    if (last == null) {
      throw new IllegalArgumentException("not a lost range: " + record);
    }
    return new LostRange(
        record.topic(),
        ~record.partition(),
        record.offset(),
        ByteBuffer.wrap(last).getLong(),
        record.recordTimeMillis());
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

  /** Binary form of a range, which is that of its record. */
  public static final class Coder extends AtomicCoder<LostRange> {
    private static final long serialVersionUID = 1L;

    private static final Coder INSTANCE = new Coder();

    private Coder() {}

    /** The coder; it has no state. */
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
