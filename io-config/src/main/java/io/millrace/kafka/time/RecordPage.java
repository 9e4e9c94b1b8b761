package io.millrace.kafka.time;

import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecord.Header;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Consecutive records of one partition in the value of one record, with the {@link PartitionClock}
 * at each arrival. The page has the offset of its last record. A page reduces the cost of runners
 * that do much work for each record or end a bundle after a fixed number. It keeps keys, values,
 * times, offsets and headers.
 *
 * <p>A reader may stop only between pages.
 *
 * <p>Cost: the records' bytes are copied twice.
 */
public final class RecordPage {
  /** Time of a record without one, if no preceding record has one. */
  private static final long EPOCH = 0;

  private static final int CLOCK_AT = Long.BYTES;
  private static final int COUNT_AT = 2 * Long.BYTES;
  private static final int PRECEDED_AT = COUNT_AT + Integer.BYTES;
  private static final int TIMES_AT = PRECEDED_AT + 1;

  private static final int TIME_BYTES = 2 * Long.BYTES;

  private static final int ABSENT = -1;
  private static final int MOST_BYTES_OF_A_CHAR = 3;

  private static final long TIME_OF_PAGE = 0;

  private final ByteBuffer buffer;
  private final long readAtMillis;
  private final int count;

  private RecordPage(ByteBuffer buffer) {
    this.buffer = buffer;
    this.readAtMillis = buffer.getLong(0);
    this.count = buffer.getInt(COUNT_AT);
  }

  /** Reads the value of a record of {@link #pack}. */
  public static RecordPage of(byte[] value) {
    return new RecordPage(ByteBuffer.wrap(value));
  }

  /**
   * Packs records.
   *
   * @param records of one partition, in order; at least one
   * @param readAtMillis the reader's clock, milliseconds since the epoch, UTC
   * @param clock the partition's clock before the records; updated
   */
  static ConsumerRecord<byte[], byte[]> pack(
      List<ConsumerRecord<byte[], byte[]>> records,
      long readAtMillis,
      PartitionClock clock,
      RecordTimes recordTimes) {
    ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
    byte[] page = bytes(records, readAtMillis, clock, recordTimes);
    return marked(
        last.topic(), last.partition(), last.offset(), TIME_OF_PAGE, page, last.leaderEpoch());
  }

  /** A record with a value of Millrace's own; a type that no broker sends, and a time mark it. */
  static ConsumerRecord<byte[], byte[]> marked(
      String topic,
      int partition,
      long offset,
      long time,
      byte[] value,
      Optional<Integer> leaderEpoch) {
    return new ConsumerRecord<>(
        topic,
        partition,
        offset,
        time,
        TimestampType.NO_TIMESTAMP_TYPE,
        ABSENT,
        value.length,
        null,
        value,
        new RecordHeaders(),
        leaderEpoch);
  }

  private static byte[] bytes(
      List<ConsumerRecord<byte[], byte[]>> records,
      long readAtMillis,
      PartitionClock clock,
      RecordTimes recordTimes) {
    // An upper bound, because the UTF-8 length of names is not known yet.
    long size = TIMES_AT;
    var headers = new org.apache.kafka.common.header.Header[records.size()][];
    for (int i = 0; i < headers.length; i++) {
      ConsumerRecord<byte[], byte[]> record = records.get(i);
      size += TIME_BYTES + Long.BYTES + 3 * Integer.BYTES;
      size += length(record.key()) + length(record.value());
      headers[i] = record.headers().toArray();
      for (org.apache.kafka.common.header.Header header : headers[i]) {
        size += 2 * Integer.BYTES + (long) MOST_BYTES_OF_A_CHAR * header.key().length();
        size += length(header.value());
      }
    }
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size));
    out.position(TIMES_AT);
    boolean preceded = clock.count() > 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      long last = clock.lastTime();
      long time = recordTimes.of(record);
      long arrival = clock.read(record.offset(), time);
      out.putLong(time != PartitionClock.UNKNOWN ? time : Math.max(last, EPOCH));
      out.putLong(arrival);
    }
    out.putLong(0, readAtMillis)
        .putLong(CLOCK_AT, clock.millis())
        .putInt(COUNT_AT, records.size())
        .put(PRECEDED_AT, (byte) (preceded ? 1 : 0));
    for (int i = 0; i < headers.length; i++) {
      ConsumerRecord<byte[], byte[]> record = records.get(i);
      out.putLong(record.offset());
      put(out, record.key());
      put(out, record.value());
      out.putInt(headers[i].length);
      for (org.apache.kafka.common.header.Header header : headers[i]) {
        put(out, header.key().getBytes(StandardCharsets.UTF_8));
        put(out, header.value());
      }
    }
    return out.array();
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static void put(ByteBuffer out, byte @Nullable [] bytes) {
    if (bytes == null) {
      out.putInt(ABSENT);
    } else {
      out.putInt(bytes.length).put(bytes);
    }
  }

  private static byte @Nullable [] get(ByteBuffer in) {
    int length = in.getInt();
    if (length == ABSENT) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  int count() {
    return count;
  }

  /** The reader's clock when it read the page, milliseconds since the epoch, UTC. */
  long readAtMillis() {
    return readAtMillis;
  }

  /** The partition's clock after the page; {@link PartitionClock#UNKNOWN} if there is none yet. */
  long clockMillis() {
    return buffer.getLong(CLOCK_AT);
  }

  /** Whether records precede the page in the partition. */
  boolean isPreceded() {
    return buffer.get(PRECEDED_AT) != 0;
  }

  /**
   * The time of a record, milliseconds since the epoch, UTC. A record without one has its event's
   * time or, if that is unknown, the time of the preceding record.
   */
  long timeMillis(int record) {
    return buffer.getLong(TIMES_AT + record * TIME_BYTES);
  }

  /** The partition's clock at a record's arrival, as {@link #clockMillis}. */
  long arrivalMillis(int record) {
    return buffer.getLong(TIMES_AT + record * TIME_BYTES + Long.BYTES);
  }

  /**
   * Emits the records in order.
   *
   * @param watermark the partition's watermark before the page
   */
  public void unpack(
      String topic, int partition, PartitionWatermark watermark, Consumer<SourceRecord> out) {
    ByteBuffer in = buffer.duplicate().position(TIMES_AT + count * TIME_BYTES);
    for (int i = 0; i < count; i++) {
      long offset = in.getLong();
      byte[] key = get(in);
      byte[] value = get(in);
      out.accept(
          new SourceRecord(
              topic,
              partition,
              offset,
              key,
              value,
              headers(in),
              timeMillis(i),
              watermark.at(arrivalMillis(i))));
    }
  }

  private static List<Header> headers(ByteBuffer in) {
    int count = in.getInt();
    if (count == 0) {
      return List.of();
    }
    List<Header> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] name = get(in);
      byte[] value = get(in);
      headers.add(new Header(name == null ? "" : new String(name, StandardCharsets.UTF_8), value));
    }
    return headers;
  }
}
