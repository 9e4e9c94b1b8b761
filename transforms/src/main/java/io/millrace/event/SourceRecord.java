package io.millrace.event;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One record of a source, or one element of a record that holds many events: its bytes and its
 * position. It stays with its event until the event is written, so that a dead letter can hold the
 * original bytes. The arrays are shared and must not change.
 *
 * @param topic the Kafka topic, Pub/Sub subscription or file
 * @param partition the partition of the topic; 0 if the source has no partitions
 * @param offset the offset in the partition, or another number that is unique in the partition
 * @param key the key; null if the record has none
 * @param value the bytes of the record, or of the element alone; null for a tombstone
 * @param headers the headers in their order; names may repeat
 * @param recordTimeMillis the time of the record by the source's clock, milliseconds since the
 *     epoch, UTC
 * @param arrivalWatermarkMillis the watermark of the partition when the record arrived. It depends
 *     only on the records before it in the partition, so lateness is the same in every run and on
 *     every runner. Without partitions it depends only on the record
 * @param decoded the only event in the record, if the source decoded it to get the record time;
 *     otherwise null. It avoids decoding the record twice. Equality and the coder ignore it
 * @param element which element of the record this is, from 0 on: the number of the elements before
 *     it, dead ones included; {@link #WHOLE} for a record that is one event or could not be taken
 *     apart
 * @param elements how many elements the record holds; 1 for a whole one, 0 for one that holds none
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
    @Nullable Event decoded,
    int element,
    int elements) {
  /** In the place of an element's number: this is the whole record. */
  public static final int WHOLE = -1;

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

  /** A record that may have been decoded. */
  public SourceRecord(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers,
      long recordTimeMillis,
      long arrivalWatermarkMillis,
      @Nullable Event decoded) {
    this(
        topic,
        partition,
        offset,
        key,
        value,
        headers,
        recordTimeMillis,
        arrivalWatermarkMillis,
        decoded,
        WHOLE,
        1);
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
    return with(null, null, List.of(), element, elements);
  }

  /**
   * One element of this record.
   *
   * @param bytes the bytes of the element alone
   */
  public SourceRecord element(int position, int count, byte[] bytes) {
    return with(key, bytes, headers, position, count);
  }

  /** A copy that says how many elements the record holds. */
  public SourceRecord ofElements(int count) {
    return count == elements ? this : with(key, value, headers, element, count);
  }

  /** One element of this record, with other headers. */
  public SourceRecord element(int position, int count, byte[] bytes, List<Header> others) {
    return with(key, bytes, others, position, count);
  }

  /** A copy with other bytes, key and headers. */
  public SourceRecord withContent(
      byte @Nullable [] newKey, byte @Nullable [] newValue, List<Header> newHeaders) {
    return with(newKey, newValue, newHeaders, element, elements);
  }

  /** A copy that says at which watermark of its partition the record arrived. */
  public SourceRecord arrivedAt(long watermarkMillis) {
    return new SourceRecord(
        topic,
        partition,
        offset,
        key,
        value,
        headers,
        recordTimeMillis,
        watermarkMillis,
        null,
        element,
        elements);
  }

  /** A copy without bytes that says that this record holds no event. */
  public SourceRecord empty() {
    return with(null, null, List.of(), 0, 0);
  }

  /** The first header with a name; null if there is none. */
  public @Nullable Header header(String name) {
    for (Header header : headers) {
      if (header.name().equals(name)) {
        return header;
      }
    }
    return null;
  }

  /** Whether this record is one element that became a dead letter, and is replayed. */
  public boolean isReplayedElement() {
    return header(DeadLetterFactory.ELEMENT_HEADER) != null;
  }

  /** Whether this is a whole record, not an element of one. */
  public boolean isWhole() {
    return element == WHOLE;
  }

  /** The element's number; 0 for a whole record. */
  public int elementNumber() {
    return Math.max(0, element);
  }

  private SourceRecord with(
      byte @Nullable [] newKey,
      byte @Nullable [] newValue,
      List<Header> newHeaders,
      int newElement,
      int newElements) {
    return new SourceRecord(
        topic,
        partition,
        offset,
        newKey,
        newValue,
        newHeaders,
        recordTimeMillis,
        arrivalWatermarkMillis,
        null,
        newElement,
        newElements);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceRecord that
        && topic.equals(that.topic)
        && partition == that.partition
        && offset == that.offset
        && recordTimeMillis == that.recordTimeMillis
        && arrivalWatermarkMillis == that.arrivalWatermarkMillis
        && element == that.element
        && elements == that.elements
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(topic, partition, offset, element);
  }

  /** {@code topic/partition@offset}, or {@code topic/partition@offset#element}. */
  @Override
  public String toString() {
    String place = topic + "/" + partition + "@" + offset;
    return isWhole() ? place : place + "#" + element;
  }
}
