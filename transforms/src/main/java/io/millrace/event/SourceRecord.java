package io.millrace.event;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One record of a source: its bytes and its position. It stays with its event until the event is
 * written, so that a dead letter can hold the original bytes. The arrays are shared and must not
 * change.
 *
 * @param topic the Kafka topic, Pub/Sub subscription or file
 * @param partition the partition of the topic; 0 if the source has no partitions
 * @param offset the offset in the partition, or another number that is unique in the partition
 * @param key the key; null if the record has none
 * @param value the bytes of the record; null for a tombstone
 * @param headers the headers in their order; names may repeat
 * @param recordTimeMillis the time of the record by the source's clock, milliseconds since the
 *     epoch, UTC
 * @param arrivalWatermarkMillis the watermark of the partition when the record arrived. It depends
 *     only on the records before it in the partition, so lateness is the same in every run and on
 *     every runner. Without partitions it depends only on the record
 * @param decoded the only event in the record, if the source decoded it to get the record time;
 *     otherwise null. It avoids decoding the record twice. Equality and the coder ignore it
 */
public record SourceRecord(
    String topic,
    int partition,
    long offset,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers,
    long recordTimeMillis,
    long arrivalWatermarkMillis,
    @Nullable Event decoded) {
  /** A record that has not been decoded. */
  public SourceRecord(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers,
      long recordTimeMillis,
      long arrivalWatermarkMillis) {
    this(
        topic,
        partition,
        offset,
        key,
        value,
        headers,
        recordTimeMillis,
        arrivalWatermarkMillis,
        null);
  }

  /**
   * One header of a record.
   *
   * @param value the value; null is not the same as empty
   */
  public record Header(String name, byte @Nullable [] value) {
    /** Suffix of the name of a header without a value, for a store that has no nulls. */
    public static final String NULL_SUFFIX = "-null";

    private static final byte[] EMPTY = {};

    /** The name of {@link #storedValue} in a store that has no nulls. */
    public String storedName() {
      return value == null ? name + NULL_SUFFIX : name;
    }

    /** The value; empty for null. */
    public byte[] storedValue() {
      return value == null ? EMPTY : value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Header that
          && name.equals(that.name)
          && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return 31 * name.hashCode() + Arrays.hashCode(value);
    }
  }

  /** A copy without key, value and headers, for code that only needs the position and times. */
  public SourceRecord withoutBytes() {
    return new SourceRecord(
        topic, partition, offset, null, null, List.of(), recordTimeMillis, arrivalWatermarkMillis);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceRecord that
        && topic.equals(that.topic)
        && partition == that.partition
        && offset == that.offset
        && recordTimeMillis == that.recordTimeMillis
        && arrivalWatermarkMillis == that.arrivalWatermarkMillis
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(topic, partition, offset);
  }

  @Override
  public String toString() {
    return topic + "/" + partition + "@" + offset;
  }
}
