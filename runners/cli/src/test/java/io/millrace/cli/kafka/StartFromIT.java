package io.millrace.cli.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.clickhouse.write.SinkMetrics;
import io.millrace.direct.DirectDefaults;
import io.millrace.direct.DirectPipeline;
import io.millrace.local.kafka.GroupOffsets;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs on the DirectRunner that begin where {@code --startFrom} says: the audit knows what was not
 * to be read, and the group's offsets are the log's ends when a run has caught up.
 */
class StartFromIT {
  private static final int PARTITIONS = 2;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @RegisterExtension private static final KafkaTopics topics = new KafkaTopics();

  /** Sends events of these numbers to each partition. */
  private static void send(String topic, int from, int to) {
    try (KafkaProducer<byte[], byte[]> producer = topics.producer(Map.of())) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int i = from; i < to; i++) {
          KafkaTopics.send(producer, topic, partition, "%d-%03d".formatted(partition, i));
        }
      }
    }
  }

  private static JsonNode run(String topic, String from, String group) throws Exception {
    return topics.run(
        KafkaReader.MILLRACE,
        topics.input(topic),
        topic,
        "--startFrom=" + from,
        "--consumerGroup=" + group);
  }

  /** The lag of each partition, as a tool for consumer groups computes it. */
  private static Map<TopicPartition, Long> lag(String topic) throws Exception {
    Map<TopicPartition, Long> committed = GroupOffsets.committed(topics.admin(), topic);
    Map<TopicPartition, Long> lag = GroupOffsets.ends(topics.admin(), List.of(topic));
    lag.replaceAll((partition, end) -> end - committed.getOrDefault(partition, 0L));
    return lag;
  }

  private static Map<TopicPartition, Long> each(String topic, long value) {
    return Map.of(new TopicPartition(topic, 0), value, new TopicPartition(topic, 1), value);
  }

  private static void assertSkipped(String topic, int read, int skipped, List<String> spans)
      throws Exception {
    JsonNode audit = topics.audit(true, topics.input(topic), topic);
    assertThat(audit.path("outcomes").path("read").asInt(), is(read));
    assertThat(audit.path("skipped_at_start").asInt(-1), is(skipped));
    assertThat(
        audit.path("skipped_at_start_at").toString(),
        is(spans.isEmpty() ? "[]" : "[\"" + String.join("\",\"", spans) + "\"]"));
    assertThat(audit.path("records_lost_before_read").asInt(-1), is(0));
    assertThat(audit.path("without_outcome").asInt(-1), is(0));
  }

  @Test
  void whatIsBeforeAnInstantIsSkippedAndCommittedGoesOnWhereTheGroupIs() throws Exception {
    String topic = "since";
    topics.create(topic, PARTITIONS, Map.of());
    send(topic, 0, 40);
    // Record times are in milliseconds, and none of those before may be this one.
    KafkaTopics.await("the next millisecond", () -> later(topic));
    Instant since = Instant.ofEpochMilli(System.currentTimeMillis());
    send(topic, 40, 65);
    assertThat(run(topic, since.toString(), topic).path("read").asInt(), is(50));
    assertThat(lag(topic), is(each(topic, 0)));
    assertSkipped(topic, 50, 80, List.of("since/0@0-39", "since/1@0-39"));

    send(topic, 65, 75);
    assertThat(lag(topic), is(each(topic, 10)));
    assertThat(run(topic, "committed", topic).path("read").asInt(), is(20));
    assertThat(lag(topic), is(each(topic, 0)));
    assertSkipped(topic, 70, 80, List.of("since/0@0-39", "since/1@0-39"));
    assertThat(topics.rows(topic).size(), is(70));

    // What was skipped once can be read later, and is not skipped any more.
    assertThat(run(topic, "earliest", topic).path("read").asInt(), is(150));
    assertSkipped(topic, 150, 0, List.of());
    assertThat(topics.rows(topic).size(), is(150));
  }

  private static boolean later(String topic) {
    try {
      long newest =
          topics
              .admin()
              .listOffsets(
                  Map.of(
                      new TopicPartition(topic, 0), OffsetSpec.maxTimestamp(),
                      new TopicPartition(topic, 1), OffsetSpec.maxTimestamp()))
              .all()
              .get()
              .values()
              .stream()
              .mapToLong(found -> found.timestamp())
              .max()
              .orElseThrow();
      return System.currentTimeMillis() > newest;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void withoutAGroupNothingIsCommittedAndLatestSkipsAll() throws Exception {
    String topic = "latest";
    topics.create(topic, PARTITIONS, Map.of());
    send(topic, 0, 30);
    assertThat(run(topic, "latest", "none").path("read").asInt(), is(0));
    assertThat(GroupOffsets.committed(topics.admin(), "none"), is(Map.of()));
    assertSkipped(topic, 0, 60, List.of("latest/0@0-29", "latest/1@0-29"));
  }

  @Test
  void theGroupIsNeverAheadOfWhatIsDurable() throws Exception {
    String topic = "sick";
    topics.create(topic, PARTITIONS, Map.of());
    send(topic, 0, 40);
    List<String> flags = new ArrayList<>(topics.flags(topics.input(topic), topic));
    flags.addAll(KafkaReader.MILLRACE.flags());
    flags.addAll(List.of("--maxBatchAge=1s", "--consumerGroup=" + topic));
    Launch launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
    DirectPipeline running = DirectPipeline.start(launch);
    try {
      assertSettled(running, topic, 80);
      topics.stack().clickHouse().kill();
      send(topic, 40, 65);
      Balance waiting = await(running, b -> b.read() == 130 && retries(b) > 0);
      assertThat(waiting.equation(), waiting.inFlight(), is(50L));
      assertThat("read, but not written", lag(topic), is(each(topic, 25)));
      topics.stack().clickHouse().start();
      assertSettled(running, topic, 130);
    } finally {
      running.cancel();
    }
    assertThat(topics.rows(topic).size(), is(130));
  }

  private static long retries(Balance balance) {
    return balance.counters().getOrDefault(SinkMetrics.RETRIES, 0L);
  }

  private static Balance await(DirectPipeline running, Predicate<Balance> reached) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    Balance balance = running.await(b -> reached.test(b) || System.nanoTime() - deadline > 0);
    assertThat(balance.equation(), reached.test(balance));
    return balance;
  }

  /** Waits for all outcomes. The commit is due as soon as they are known. */
  private static void assertSettled(DirectPipeline running, String topic, long read)
      throws Exception {
    Balance unused = await(running, b -> b.read() == read && b.settled());
    assertThat(lag(topic), is(each(topic, 0)));
  }
}
