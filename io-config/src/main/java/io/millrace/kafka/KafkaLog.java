package io.millrace.kafka;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.millrace.io.SourceException;
import io.millrace.kafka.KafkaPreflight.Query;
import io.millrace.kafka.client.ClientProperties.Client;
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
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
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
 * Queries the log of an address's topics at its isolation level. At {@code read_committed} the log
 * ends before the first open transaction and omits aborted records. Joins no consumer group and
 * commits nothing. Every failure is a {@link SourceException} in one line.
 */
public record KafkaLog(KafkaAddress address) {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
  private static final int FETCH_WAIT_MILLIS = 10;

  /**
   * Finds the offsets of a time range in each partition, by the broker's time index. A span begins
   * at the first record at or after {@code from} and ends before the first record at or after
   * {@code to}. Partitions without such records are omitted.
   *
   * @param from null: from the oldest retained record
   * @param to null: to the newest record, or before the first open transaction
   */
  public List<OffsetSpan> spans(@Nullable Instant from, @Nullable Instant to) {
    return query(
        admin -> {
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
          spans.sort(
              Comparator.comparing(OffsetSpan::topic).thenComparingInt(OffsetSpan::partition));
          return spans;
        });
  }

  /** The first retained offset of each partition; the next offset of an empty one. */
  public Map<TopicPartition, Long> beginnings() {
    return query(admin -> offsets(admin, partitions(admin), OffsetSpec.earliest()));
  }

  List<TopicPartition> partitions() {
    return query(this::partitions);
  }

  private <T> T query(Query<T> query) {
    return KafkaPreflight.query(address, e -> KafkaPreflight.unreachable(address, e), query);
  }

  /** The topics of the address, with those that its patterns match now. */
  public List<String> topics() {
    return address.filter().hasPatterns() ? query(this::topics) : address.topics();
  }

  private List<String> topics(Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    return address.filter().hasPatterns()
        ? List.copyOf(
            address
                .filter()
                .of(admin.listTopics().names().get(KafkaPreflight.TIMEOUT_MS, MILLISECONDS)))
        : address.topics();
  }

  private List<TopicPartition> partitions(Admin admin)
      throws ExecutionException, InterruptedException, TimeoutException {
    List<String> names = topics(admin);
    Map<String, TopicDescription> topics =
        admin.describeTopics(names).allTopicNames().get(KafkaPreflight.TIMEOUT_MS, MILLISECONDS);
    return names.stream()
        .flatMap(
            topic ->
                topics.get(topic).partitions().stream()
                    .map(p -> new TopicPartition(topic, p.partition())))
        .toList();
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
    // -1 means that all records are older.
    found.replaceAll((partition, offset) -> offset < 0 ? newest.get(partition) : offset);
    return found;
  }

  private Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(p -> asked.put(p, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(asked, new ListOffsetsOptions(address.isolation()))
        .all()
        .get(KafkaPreflight.TIMEOUT_MS, MILLISECONDS)
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  /**
   * The parts of spans at which there is a record. Transaction markers take offsets without a
   * record, and compaction removes records. Cost: reads all records of the spans.
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

  /** Whether an offset continues a range of records within a span. */
  private static boolean follows(OffsetSpan records, OffsetSpan span, long offset) {
    return records.samePartition(span) && records.from() >= span.from() && records.to() == offset;
  }

  /** The first record of each span; spans without records are omitted. */
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

  /**
   * Passes the records of each span to a predicate, in order, until it returns false.
   *
   * @throws SourceException in one line
   */
  public void read(
      List<OffsetSpan> spans, BiPredicate<OffsetSpan, ConsumerRecord<byte[], byte[]>> goOn) {
    read(spans, goOn, () -> true);
  }

  /**
   * The same, until a condition fails before a span.
   *
   * @throws SourceException in one line
   */
  void read(
      List<OffsetSpan> spans,
      BiPredicate<OffsetSpan, ConsumerRecord<byte[], byte[]>> goOn,
      BooleanSupplier more) {
    if (spans.isEmpty()) {
      return;
    }
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      for (OffsetSpan span : spans) {
        if (more.getAsBoolean()) {
          read(consumer, span, record -> goOn.test(span, record));
        }
      }
    } catch (KafkaException | IllegalArgumentException e) {
      throw new SourceException(KafkaPreflight.unreachable(address, e), e);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> config = new HashMap<>(address.client().resolved(Client.CONSUMER));
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, address.bootstrapServers());
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, address.isolation().toString());
    // All records are there: a fetch ahead of the end would only keep the next span waiting.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
    // A span that retention has removed since then has no records.
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
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
            "the broker sent no records of " + span.part(position, span.to()) + " within 30 s",
            null);
      }
    }
  }
}
