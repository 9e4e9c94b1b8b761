package io.millrace.kafka;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.io.SourceException;
import io.millrace.kafka.consume.OffsetSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the log of some topics holds, whoever has read it, as seen at the isolation level of their
 * address: at {@code read_committed} it ends before the first open transaction, and what was
 * aborted is not in it. Joins no consumer group and commits nothing. Every failure is a {@link
 * SourceException} in one line.
 */
public final class KafkaLog {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  private final KafkaAddress address;

  private KafkaLog(KafkaAddress address) {
    this.address = address;
  }

  /** The log at an address; connects with each question. */
  public static KafkaLog of(KafkaAddress address) {
    return new KafkaLog(address);
  }

  /**
   * The stretch of each partition that holds a range of record times, by the broker's index of
   * times: from the first record at or after one instant to before the first at or after the other.
   * Partitions without such a record are left out.
   *
   * @param from null: from the oldest record that is still there
   * @param to null: to the newest; of a transaction that is open, to before its first
   */
  public List<OffsetSpan> spans(@Nullable Instant from, @Nullable Instant to) {
    try (Admin admin = KafkaPreflight.admin(address)) {
      List<TopicPartition> partitions = partitions(admin);
      Map<TopicPartition, Long> oldest = offsets(admin, partitions, OffsetSpec.earliest());
      Map<TopicPartition, Long> newest = offsets(admin, partitions, OffsetSpec.latest());
      Map<TopicPartition, Long> first = at(admin, partitions, from, oldest, newest);
      Map<TopicPartition, Long> end = at(admin, partitions, to, newest, newest);
      List<OffsetSpan> spans = new ArrayList<>();
      for (TopicPartition p : partitions) {
        if (first.get(p) < end.get(p)) {
          spans.add(new OffsetSpan(p.topic(), p.partition(), first.get(p), end.get(p)));
        }
      }
      spans.sort(Comparator.comparing(OffsetSpan::topic).thenComparingInt(OffsetSpan::partition));
      return spans;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new SourceException(KafkaPreflight.unreachable(address, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException("interrupted while asking " + address.bootstrapServers(), e);
    }
  }

  /** The first offset that each partition holds; of an empty one, the offset of its next record. */
  public Map<TopicPartition, Long> beginnings() {
    try (Admin admin = KafkaPreflight.admin(address)) {
      return offsets(admin, partitions(admin), OffsetSpec.earliest());
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new SourceException(KafkaPreflight.unreachable(address, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException("interrupted while asking " + address.bootstrapServers(), e);
    }
  }

  /** All partitions of the topics. */
  public List<TopicPartition> partitions() {
    try (Admin admin = KafkaPreflight.admin(address)) {
      return partitions(admin);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new SourceException(KafkaPreflight.unreachable(address, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException("interrupted while asking " + address.bootstrapServers(), e);
    }
  }

  private List<TopicPartition> partitions(Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    List<TopicPartition> partitions = new ArrayList<>();
    Map<String, TopicDescription> topics =
        admin
            .describeTopics(address.topics())
            .allTopicNames()
            .get(KafkaPreflight.TIMEOUT_MS, MILLISECONDS);
    for (String topic : address.topics()) {
      topics
          .get(topic)
          .partitions()
          .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
    }
    return partitions;
  }

  private Map<TopicPartition, Long> at(
      Admin admin,
      List<TopicPartition> partitions,
      @Nullable Instant time,
      Map<TopicPartition, Long> without,
      Map<TopicPartition, Long> newest)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (time == null) {
      return without;
    }
    Map<TopicPartition, Long> found =
        offsets(admin, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
    // -1: all records are older.
    found.replaceAll((partition, offset) -> offset < 0 ? newest.get(partition) : offset);
    return found;
  }

  private Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(p -> asked.put(p, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> found :
        admin
            .listOffsets(asked, new ListOffsetsOptions(address.isolation()))
            .all()
            .get(KafkaPreflight.TIMEOUT_MS, MILLISECONDS)
            .entrySet()) {
      offsets.put(found.getKey(), found.getValue().offset());
    }
    return offsets;
  }

  /**
   * The parts of some stretches at which there is a record. Not every offset has one: the marks of
   * transactions take offsets, and compaction removes records. Reads the stretches, so its cost is
   * theirs.
   */
  public List<OffsetSpan> records(List<OffsetSpan> spans) {
    List<OffsetSpan> there = new ArrayList<>();
    read(
        spans,
        (span, record) -> {
          int last = there.size() - 1;
          if (last >= 0 && follows(there.get(last), span, record.offset())) {
            there.set(last, span.part(there.get(last).from(), record.offset() + 1));
          } else {
            there.add(span.part(record.offset(), record.offset() + 1));
          }
          return true;
        });
    return there;
  }

  /** Whether a stretch of records within a span goes on with an offset. */
  private static boolean follows(OffsetSpan records, OffsetSpan span, long offset) {
    return records.samePartition(span) && records.from() >= span.from() && records.to() == offset;
  }

  /** The first record of each of some stretches; those without any are left out. */
  public Map<OffsetSpan, RecordPosition> firsts(List<OffsetSpan> spans) {
    Map<OffsetSpan, RecordPosition> firsts = new HashMap<>();
    read(
        spans,
        (span, record) -> {
          firsts.put(
              span,
              new RecordPosition(
                  record.topic(), record.partition(), record.offset(), record.timestamp()));
          return false;
        });
    return firsts;
  }

  /** Hands over the records of each stretch in order, until one of them is answered with false. */
  private void read(
      List<OffsetSpan> spans, BiPredicate<OffsetSpan, ConsumerRecord<byte[], byte[]>> goOn) {
    if (spans.isEmpty()) {
      return;
    }
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      for (OffsetSpan span : spans) {
        read(consumer, span, record -> goOn.test(span, record));
      }
    } catch (KafkaException e) {
      throw new SourceException(KafkaPreflight.unreachable(address, e), e);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            address.bootstrapServers(),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            address.isolation().toString(),
            // A stretch that retention has taken since it was named has no records.
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer,
      OffsetSpan span,
      Predicate<ConsumerRecord<byte[], byte[]>> goOn) {
    TopicPartition partition = new TopicPartition(span.topic(), span.partition());
    consumer.assign(List.of(partition));
    consumer.seek(partition, span.from());
    long lastProgress = System.nanoTime();
    long position = span.from();
    while (position < span.to()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() >= span.to() || !goOn.test(record)) {
          return;
        }
      }
      long now = consumer.position(partition);
      if (now != position) {
        position = now;
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > LONGEST_SILENCE.toNanos()) {
        throw new SourceException(
            "the broker does not hand over " + span.part(position, span.to()), null);
      }
    }
  }
}
