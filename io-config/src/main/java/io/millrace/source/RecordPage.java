package io.millrace.source;

import io.millrace.event.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Consecutive records of one partition, which a runner is given as one record, whose offset is that
 * of the last: for one that does much work for each record it reads, and ends a bundle after a
 * fixed number of them. Nothing of the records is lost: bytes, times, offsets, headers.
 *
 * <p>A page is known by what no broker sends: a record without a kind of time, which has a time. It
 * travels in the headers of that record, the one part of it that KafkaIO hands on as the object it
 * is: the records of a page are those that Kafka's client made, and not a copy, unless the runner
 * encodes what it reads. Then the page becomes bytes, in one header.
 *
 * <p>A reader may stop only between pages, since a page is claimed as a whole, by its last offset.
 */
final class RecordPage {
  private static final int FRONT = Long.BYTES + Integer.BYTES;
  private static final int ABSENT = -1;
  private static final int MOST_BYTES_OF_A_CHAR = 3;
  private static final byte[] NO_BYTES = {};

  /** Records of brokers too old to tell a time have -1. */
  private static final long TIME_OF_PAGE = 0;

  private final List<ConsumerRecord<byte[], byte[]>> records;
  private final long readAtMillis;

  private RecordPage(List<ConsumerRecord<byte[], byte[]>> records, long readAtMillis) {
    this.records = records;
    this.readAtMillis = readAtMillis;
  }

  /**
   * Makes one record of several.
   *
   * @param records of one partition, in their order; at least one
   * @param readAtMillis the reader's clock, milliseconds since the epoch, UTC
   */
  static ConsumerRecord<byte[], byte[]> pack(
      List<ConsumerRecord<byte[], byte[]>> records, long readAtMillis) {
    ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
    return new ConsumerRecord<>(
        last.topic(),
        last.partition(),
        last.offset(),
        TIME_OF_PAGE,
        TimestampType.NO_TIMESTAMP_TYPE,
        ABSENT,
        ABSENT,
        null,
        NO_BYTES,
        new PageHeaders(new RecordPage(records, readAtMillis)),
        last.leaderEpoch());
  }

  /** The page in a record that {@link #pack} made; null in any other. */
  static @Nullable RecordPage in(KafkaRecord<byte[], byte[]> record) {
    if (record.getTimestampType() != KafkaTimestampType.NO_TIMESTAMP_TYPE
        || record.getTimestamp() != TIME_OF_PAGE) {
      return null;
    }
    Headers headers = record.getHeaders();
    if (headers instanceof PageHeaders page) {
      return page.page;
    }
    if (headers == null) {
      throw new IllegalStateException("a page of records without its header");
    }
    return of(headers.iterator().next().value(), record.getTopic(), record.getPartition());
  }

  private static RecordPage of(byte[] bytes, String topic, int partition) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long readAt = in.getLong();
    int count = in.getInt();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      records.add(
          new ConsumerRecord<>(
              topic,
              partition,
              in.getLong(),
              in.getLong(),
              TimestampType.CREATE_TIME,
              ABSENT,
              ABSENT,
              get(in),
              get(in),
              headers(in),
              Optional.empty()));
    }
    return new RecordPage(records, readAt);
  }

  private byte[] bytes() {
    // At most: how long a name is in UTF-8 is not known yet.
    int size = FRONT;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      size = Math.addExact(size, 2 * Long.BYTES + 3 * Integer.BYTES);
      size = Math.addExact(size, length(record.key()));
      size = Math.addExact(size, length(record.value()));
      for (Header header : record.headers()) {
        int name = Math.multiplyExact(MOST_BYTES_OF_A_CHAR, header.key().length());
        size = Math.addExact(size, Math.addExact(2 * Integer.BYTES, name));
        size = Math.addExact(size, length(header.value()));
      }
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putLong(readAtMillis).putInt(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      out.putLong(record.offset()).putLong(record.timestamp());
      put(out, record.key());
      put(out, record.value());
      Header[] headers = record.headers().toArray();
      out.putInt(headers.length);
      for (Header header : headers) {
        put(out, header.key().getBytes(StandardCharsets.UTF_8));
        put(out, header.value());
      }
    }
    return out.array();
  }

  private static int length(byte @Nullable [] bytes) {
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

  private static Headers headers(ByteBuffer in) {
    int count = in.getInt();
    Headers headers = new RecordHeaders();
    for (int i = 0; i < count; i++) {
      byte[] name = get(in);
      headers.add(name == null ? "" : new String(name, StandardCharsets.UTF_8), get(in));
    }
    return headers;
  }

  int count() {
    return records.size();
  }

  /** The reader's clock when it read the page, milliseconds since the epoch, UTC. */
  long readAtMillis() {
    return readAtMillis;
  }

  /** The record time of one of the records, milliseconds since the epoch, UTC. */
  long timeMillis(int record) {
    return records.get(record).timestamp();
  }

  /**
   * Hands out the records in their order.
   *
   * @param watermark of the partition before the page; each record arrives at what those before it
   *     have made of it
   */
  void unpack(PartitionWatermark watermark, Consumer<SourceRecord> out) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      out.accept(
          new SourceRecord(
              record.topic(),
              record.partition(),
              record.offset(),
              record.key(),
              record.value(),
              headers(record.headers()),
              record.timestamp(),
              watermark.arrive(record.timestamp(), readAtMillis)));
    }
  }

  /** The headers of a record in their order; a value that is null is empty. */
  static List<SourceRecord.Header> headers(@Nullable Headers headers) {
    if (headers == null) {
      return List.of();
    }
    List<SourceRecord.Header> list = List.of();
    for (Header header : headers) {
      byte[] value = header.value();
      if (list.isEmpty()) {
        list = new ArrayList<>(2);
      }
      list.add(new SourceRecord.Header(header.key(), value == null ? NO_BYTES : value));
    }
    return list;
  }

  /** The page as it is; to who looks for headers, one that holds it as bytes. Cannot be changed. */
  private static final class PageHeaders implements Headers {
    private static final String NAME = "page";

    private final RecordPage page;
    private @Nullable Headers asBytes;

    PageHeaders(RecordPage page) {
      this.page = page;
    }

    private Headers asBytes() {
      Headers headers = asBytes;
      if (headers == null) {
        headers = new RecordHeaders().add(NAME, page.bytes());
        asBytes = headers;
      }
      return headers;
    }

    @Override
    public Headers add(Header header) {
      throw new IllegalStateException("a page of records takes no headers");
    }

    @Override
    public Headers add(String key, byte[] value) {
      throw new IllegalStateException("a page of records takes no headers");
    }

    @Override
    public Headers remove(String key) {
      throw new IllegalStateException("a page of records keeps its header");
    }

    @Override
    public Header lastHeader(String key) {
      return asBytes().lastHeader(key);
    }

    @Override
    public Iterable<Header> headers(String key) {
      return asBytes().headers(key);
    }

    @Override
    public Header[] toArray() {
      return asBytes().toArray();
    }

    @Override
    public Iterator<Header> iterator() {
      return asBytes().iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof PageHeaders that
          && (page == that.page || asBytes().equals(that.asBytes()));
    }

    @Override
    public int hashCode() {
      return Long.hashCode(page.readAtMillis);
    }
  }
}
