package io.millrace.kafka.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.BigEndianLongCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.util.VarInt;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The state of a split's reader in a checkpoint. Immutable.
 *
 * @param started whether the partitions of the first start are known; later ones begin at the
 *     earliest record
 * @param watermarkMillis the watermark that the reader has reported
 * @param topicIds id of each topic; {@link Uuid#ZERO_UUID} if the brokers have none
 * @param partitions all partitions of the split
 * @param finalizer receives this mark when it is durable; not encoded
 */
record ReadMark(
    boolean started,
    long watermarkMillis,
    SortedMap<String, Uuid> topicIds,
    SortedMap<TopicPartition, Position> partitions,
    @Nullable Consumer<ReadMark> finalizer)
    implements UnboundedSource.CheckpointMark {
  static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

  static final AtomicCoder<ReadMark> CODER = new Coder();

  /**
   * The state of a partition.
   *
   * @param next the offset of the next record, or {@link #AS_STARTED} or {@link #EARLIEST}
   * @param epoch leader epoch of the record before; -1 if unknown
   * @param watermarkMillis its watermark
   * @param knownEnd the greatest end of its log that was seen; at least {@code next} if that is an
   *     offset
   */
  record Position(long next, int epoch, long watermarkMillis, long knownEnd) {
    /** The first offset is still to be found, as at the first start. */
    static final long AS_STARTED = -1;

    /** The first offset is still to be found: the earliest, as the partition is new. */
    static final long EARLIEST = -2;

    boolean isPlaced() {
      return next >= 0;
    }
  }

  /** The next offset of each partition that has one. */
  Map<TopicPartition, Long> offsets() {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(
        (partition, position) -> {
          if (position.isPlaced()) {
            offsets.put(partition, position.next());
          }
        });
    return offsets;
  }

  @Override
  public void finalizeCheckpoint() {
    if (finalizer != null) {
      finalizer.accept(this);
    }
  }

  private static final class Coder extends AtomicCoder<ReadMark> {
    private static final long serialVersionUID = 1L;
    private static final int VERSION = 1;

    @Override
    public void encode(ReadMark mark, OutputStream out) throws IOException {
      out.write(VERSION);
      out.write(mark.started ? 1 : 0);
      writeLong(mark.watermarkMillis, out);
      VarInt.encode(mark.topicIds.size(), out);
      for (Map.Entry<String, Uuid> topic : mark.topicIds.entrySet()) {
        StringUtf8Coder.of().encode(topic.getKey(), out);
        writeLong(topic.getValue().getMostSignificantBits(), out);
        writeLong(topic.getValue().getLeastSignificantBits(), out);
        SortedMap<TopicPartition, Position> its =
            mark.partitions.subMap(
                new TopicPartition(topic.getKey(), 0),
                new TopicPartition(topic.getKey(), Integer.MAX_VALUE));
        VarInt.encode(its.size(), out);
        for (Map.Entry<TopicPartition, Position> entry : its.entrySet()) {
          Position position = entry.getValue();
          VarInt.encode(entry.getKey().partition(), out);
          VarInt.encode(position.next - Position.EARLIEST, out);
          VarInt.encode(position.epoch + 1, out);
          writeLong(position.watermarkMillis, out);
          VarInt.encode(Math.max(0, position.knownEnd - position.next), out);
        }
      }
    }

    @Override
    public ReadMark decode(InputStream in) throws IOException {
      int version = in.read();
      if (version != VERSION) {
        throw new IOException(
            "cannot read version "
                + version
                + " of a Kafka reader's checkpoint: a newer build wrote it");
      }
      boolean started = in.read() == 1;
      long watermark = readLong(in);
      SortedMap<String, Uuid> topicIds = new TreeMap<>();
      SortedMap<TopicPartition, Position> partitions = new TreeMap<>(ORDER);
      int topics = VarInt.decodeInt(in);
      for (int i = 0; i < topics; i++) {
        String topic = StringUtf8Coder.of().decode(in);
        topicIds.put(topic, new Uuid(readLong(in), readLong(in)));
        int count = VarInt.decodeInt(in);
        for (int j = 0; j < count; j++) {
          int partition = VarInt.decodeInt(in);
          long next = VarInt.decodeLong(in) + Position.EARLIEST;
          int epoch = VarInt.decodeInt(in) - 1;
          long its = readLong(in);
          long end = next + VarInt.decodeLong(in);
          partitions.put(new TopicPartition(topic, partition), new Position(next, epoch, its, end));
        }
      }
      return new ReadMark(started, watermark, topicIds, partitions, null);
    }

    private static void writeLong(long value, OutputStream out) throws IOException {
      BigEndianLongCoder.of().encode(value, out);
    }

    private static long readLong(InputStream in) throws IOException {
      @Nullable Long value = BigEndianLongCoder.of().decode(in);
      if (value == null) {
        throw new EOFException();
      }
      return value;
    }

    @Override
    public void verifyDeterministic() {}
  }
}
