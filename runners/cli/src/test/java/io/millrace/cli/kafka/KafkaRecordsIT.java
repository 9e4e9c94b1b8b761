package io.millrace.cli.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.MillraceProcess;
import io.millrace.cli.TopicRecords;
import io.millrace.flink.client.FlinkJarRun;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.local.flink.LocalFlinkCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every compression, a compacted topic and {@link OddRecords}, read by one run, with every row and
 * dead letter compared: on the DirectRunner with the launcher's class path, and on a Flink cluster
 * with the job jar, which has to bring the native libraries.
 */
class KafkaRecordsIT {
  private static final List<String> CODECS = List.of("gzip", "snappy", "lz4", "zstd");
  private static final String PRODUCERS = "by-producer";
  private static final String TOPICS = "by-topic-";
  private static final int EACH = 100;

  @TempDir private static Path directory;
  @RegisterExtension private static final KafkaTopics topics = new KafkaTopics();
  private static CompactedTopic compacted;
  private static final OddRecords ODD = new OddRecords("odd");
  private static final TreeSet<String> ACCEPTED = new TreeSet<>();

  @BeforeAll
  static void produce() throws Exception {
    compacted = new CompactedTopic(topics, "compacted");
    topics.create(PRODUCERS, 1, Map.of());
    for (String codec : CODECS) {
      sendCompressed(codec);
      topics.create(TOPICS + codec, 1, Map.of("compression.type", codec));
      sendToBeCompressed(codec);
    }
    topics.create("odd", 1, Map.of());
    try (KafkaProducer<byte[], byte[]> producer =
        topics.producer(Map.of("compression.type", "zstd", "max.request.size", 10_000_000))) {
      ODD.send(producer);
    }
    ACCEPTED.addAll(ODD.accepted());
    ACCEPTED.addAll(compacted.awaitKept());
  }

  private static void sendCompressed(String codec) {
    try (KafkaProducer<byte[], byte[]> producer =
        topics.producer(Map.of("compression.type", codec, "linger.ms", KafkaTopics.UNTIL_FLUSH))) {
      send(producer, PRODUCERS, codec);
      double rate =
          producer.metrics().entrySet().stream()
              .filter(m -> m.getKey().name().equals("compression-rate-avg"))
              .filter(m -> m.getKey().group().equals("producer-metrics"))
              .mapToDouble(m -> (Double) m.getValue().metricValue())
              .sum();
      assertThat(codec, rate, lessThan(0.5));
      assertThat(codec, rate, greaterThan(0.0));
    }
  }

  private static void sendToBeCompressed(String codec) throws Exception {
    String topic = TOPICS + codec;
    try (KafkaProducer<byte[], byte[]> producer =
        topics.producer(Map.of("linger.ms", KafkaTopics.UNTIL_FLUSH))) {
      send(producer, topic, "topic-" + codec);
    }
    long bytes =
        topics.admin().describeLogDirs(List.of(1)).allDescriptions().get().get(1).values().stream()
            .mapToLong(log -> log.replicaInfos().get(new TopicPartition(topic, 0)).size())
            .sum();
    assertThat(codec, bytes, lessThan((long) EACH * KafkaTopics.event(codec).length / 2));
    assertThat(codec, bytes, greaterThan(0L));
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String topic, String kind) {
    for (int i = 0; i < EACH; i++) {
      String id = "%s-%03d".formatted(kind, i);
      ACCEPTED.add(id);
      KafkaTopics.send(producer, topic, 0, id);
    }
    producer.flush();
  }

  private static String input() {
    List<String> all = new ArrayList<>(List.of(PRODUCERS, "odd", "compacted"));
    CODECS.forEach(codec -> all.add(TOPICS + codec));
    return topics.input(all.toArray(String[]::new));
  }

  private static String deadLetters(String topic) throws Exception {
    topics.create(topic, 1, Map.of());
    return "--deadLetters=table,kafka://" + topics.servers() + "/" + topic;
  }

  @ParameterizedTest
  @EnumSource
  void onTheDirectRunner(KafkaReader reader) throws Exception {
    String database = reader.own("direct");
    JsonNode balance =
        topics.run(reader, input(), database, deadLetters(reader.own("direct-dead")));
    assertThat(balance.path("read").asInt(), is(ACCEPTED.size() + ODD.deadRows().size()));
    check(database, reader.own("direct-dead"));
  }

  @ParameterizedTest
  @EnumSource
  void onAFlinkCluster(KafkaReader reader) throws Exception {
    String database = reader.own("flink");
    String dead = reader.own("flink-dead");
    List<String> flags = new ArrayList<>(topics.flags(input(), database));
    flags.add(deadLetters(dead));
    flags.addAll(reader.flags());
    try (LocalFlinkCluster cluster =
        LocalFlinkCluster.builder()
            .dataDirectory(directory.resolve(database))
            .taskManagers(1)
            .slots(2)
            // A restart would send the dead letters once more.
            .config("heartbeat.timeout", "120000")
            .start()) {
      FlinkJob job =
          cluster
              .rest()
              .run(
                  cluster.rest().upload(FlinkJobJar.find(MillraceProcess.root())),
                  FlinkJarRun.of(FlinkJobJar.MAIN, flags).withParallelism(2));
      job.awaitRunning(Duration.ofMinutes(2));
      int all = ACCEPTED.size() + ODD.deadRows().size();
      KafkaTopics.await(
          "all records in the audit",
          () ->
              topics.query("SELECT count() FROM " + database + ".audit_exact").equals(all + "\n"));
    }
    check(database, dead);
  }

  private static void check(String database, String dead) throws Exception {
    assertThat(topics.rows(database), is(ACCEPTED.stream().map(KafkaTopics::row).toList()));
    assertThat(
        topics.query(ODD.query(database + ".dead_exact")).lines().toList(), is(ODD.deadRows()));
    List<ConsumerRecord<byte[], byte[]>> messages = TopicRecords.of(topics.servers(), dead);
    List<String> whole = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> message : messages) {
      String part = OddRecords.header(message, "millrace-dead-letter-part");
      (part.isEmpty() ? whole : parts).add(OddRecords.message(message));
    }
    // Bundles of a partition may be processed side by side.
    assertThat(whole.stream().sorted().toList(), is(ODD.deadMessages().stream().sorted().toList()));
    assertThat(parts.size(), greaterThan(1));

    JsonNode audit = topics.audit(true, input(), database);
    assertThat(
        audit.path("outcomes").path("read").asInt(), is(ACCEPTED.size() + ODD.deadRows().size()));
    assertThat(audit.path("not_in_log").asInt(-1), is(0));
    // Only the log knows that nothing was at the offsets between.
    String withoutLog = "--examples=1";
    JsonNode gaps = topics.audit(false, withoutLog, database);
    assertThat(gaps.path("outcomes").path("dead").asInt(), is(ODD.deadRows().size()));
    List<String> without = new ArrayList<>();
    gaps.path("without_outcome_at").forEach(range -> without.add(range.asText()));
    assertThat(without, is(compacted.gaps()));
  }
}
