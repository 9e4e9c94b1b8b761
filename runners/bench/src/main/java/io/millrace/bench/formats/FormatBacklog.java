package io.millrace.bench.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.bench.contender.ExpectedOutcomes;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.speed.Backlog;
import io.millrace.testdata.generate.EventGenerator;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics with the same valid query events, each in another format. */
final class FormatBacklog {
  private static final int PARTITIONS = 4;
  private static final int EVENTS_A_SECOND = 2_000;
  private static final int LARGEST_BYTES = 1_300;
  private static final int LEAST_BYTES = 1_000;
  private static final int LARGEST_RECORD = 1_000_000;
  private static final long SEED = 42;
  private static final ObjectMapper JSON = new ObjectMapper();

  private FormatBacklog() {}

  /** Produces the events in one format; returns once the broker has acknowledged them. */
  static Backlog produce(BenchEnvironment environment, EventFormat format, long events)
      throws InterruptedException {
    String topic = "formats-" + format.id();
    long begin = System.currentTimeMillis() - events * 1000 / EVENTS_A_SECOND;
    long[] made = {0};
    EventGenerator generator =
        new EventGenerator(options(), PARTITIONS, () -> begin + made[0] * 1000 / EVENTS_A_SECOND);
    long bytes = 0;
    Map<String, Object> brokers = Map.of("bootstrap.servers", environment.kafka());
    try (Admin admin = Admin.create(brokers);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    environment.kafka(),
                    "max.request.size",
                    LARGEST_RECORD,
                    "batch.size",
                    LARGEST_RECORD / 4,
                    "linger.ms",
                    20),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
      int partition = 0;
      while (made[0] < events) {
        List<JsonNode> some = new ArrayList<>();
        while (some.size() < Math.min(format.perRecord(), events - made[0] + some.size())) {
          byte[] value = generator.next().value();
          if (value != null && value.length <= LARGEST_BYTES && value.length >= LEAST_BYTES) {
            some.add(JSON.readTree(value));
            made[0]++;
          }
        }
        byte[] record = format.record(some);
        bytes += record.length;
        long time = begin + made[0] * 1000 / EVENTS_A_SECOND;
        Future<RecordMetadata> unused =
            producer.send(new ProducerRecord<>(topic, partition, time, null, record));
        partition = (partition + 1) % PARTITIONS;
      }
      producer.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the generator wrote no JSON", e);
    } catch (IOException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("cannot produce " + topic, e);
    }
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, outcome == Outcome.ACCEPTED ? events : 0L);
    }
    return new Backlog(topic, new ExpectedOutcomes(outcomes, 0), (double) bytes / events);
  }

  private static GeneratorOptions options() {
    return GeneratorOptions.builder()
        .count(Long.MAX_VALUE)
        .seed(SEED)
        .duplicates(0)
        .late(0)
        .errors(0)
        .malformed(0)
        .build();
  }
}
