package io.millrace.event;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One record as a source handed it over: the bytes and everything that is needed to find it again.
 * It travels with the event until the event has been written, so that a dead letter can always hold
 * the original. The arrays are shared, not copied: never change them.
 *
 * @param topic the Kafka topic, Pub/Sub subscription or file
 * @param partition the partition in the topic; 0 where there are none
 * @param offset the offset in the partition, or another number that is unique in it
 * @param key the record's key; null if it has none
 * @param value the record's bytes; null for a tombstone
 * @param headers in their order; names may repeat
 * @param recordTimeMillis the source's own clock for this record, milliseconds since the epoch, UTC
 * @param arrivalWatermarkMillis the watermark of the partition when this record arrived: a function
 *     of the records before it in its partition, so that lateness comes out the same in every run
 *     and on every runner; without partitions, a function of the record itself
 * @param decoded the event in this record and nothing else, if its source had to decode it to know
 *     the record's time; else null. Saves decoding it again; not part of the record: neither
 *     compared nor encoded
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
   * @param value null if it has none, which is not the same as no bytes
   */
  public record Header(String name, byte @Nullable [] value) {
    /** Added to the name of a header without a value where only bytes can be stored. */
    public static final String NULL = "-null";

    private static final byte[] NOTHING = {};

    /** The name under which {@link #storedValue} is stored where there is no null. */
    public String storedName() {
      return value == null ? name + NULL : name;
    }

    /** The value; no bytes if there is none. */
    public byte[] storedValue() {
      return value == null ? NOTHING : value;
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

  /** The same record without what was sent: enough to tell it from any other. */
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
