package io.millrace.bench.contender;

import io.millrace.bench.baseline.EventReader;
import io.millrace.bench.baseline.EventTable;
import io.millrace.bench.baseline.MalformedException;
import io.millrace.bench.baseline.PlainEvent;
import io.millrace.bench.baseline.TableInserts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The floor: a loop per thread with its own partitions that does only the unavoidable work, without
 * guarantees. It skips records that Jackson cannot parse, has no lateness, keeps identities in a
 * set indefinitely, and has no persistent state.
 */
final class FloorJob implements RunningJob {
  private static final Duration POLL = Duration.ofMillis(100);

  private final JobSpec spec;
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  private FloorJob(JobSpec spec) {
    this.spec = spec;
  }

  static FloorJob start(JobSpec spec) {
    FloorJob job = new FloorJob(spec);
    for (int number = 0; number < spec.parallelism(); number++) {
      int mine = number;
      Thread thread = new Thread(() -> job.run(mine), "floor-" + number);
      thread.setDaemon(true);
      thread.start();
    }
    return job;
  }

  private void run(int number) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer();
        TableInserts normal = inserts(EventTable.NORMAL);
        TableInserts errors = inserts(EventTable.ERROR)) {
      consumer.assign(partitions(consumer, number));
      loop(consumer, normal, errors);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void loop(
      KafkaConsumer<byte[], byte[]> consumer, TableInserts normal, TableInserts errors) {
    EventReader reader = EventReader.lenient();
    Set<Identity> seen = new HashSet<>();
    long sentAt = System.nanoTime();
    while (failure.get() == null) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        PlainEvent event;
        try {
          event = reader.read(record.value());
        } catch (MalformedException e) {
          continue;
        }
        if (seen.add(new Identity(event.identityHigh, event.identityLow))) {
          EventTable table = EventTable.of(event);
          (table == EventTable.NORMAL ? normal : errors).add(event, table::write);
        }
      }
      long now = System.nanoTime();
      if (now - sentAt > Duration.ofMillis(TableInserts.BATCH_MILLIS).toNanos()) {
        normal.send();
        errors.send();
        sentAt = now;
      }
    }
  }

  private record Identity(long high, long low) {}

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            spec.kafka(),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, int number) {
    int all = consumer.partitionsFor(spec.topic()).size();
    return new ArrayList<>(
        IntStream.range(0, all)
            .filter(partition -> partition % spec.parallelism() == number)
            .mapToObj(partition -> new TopicPartition(spec.topic(), partition))
            .toList());
  }

  private TableInserts inserts(EventTable table) {
    return TableInserts.open(spec.server(), table.table(), table.columns());
  }

  @Override
  public void requireRunning() {
    RuntimeException thrown = failure.get();
    if (thrown != null) {
      throw thrown;
    }
  }
}
