package io.millrace.cli.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.direct.DirectDefaults;
import io.millrace.io.CatchUp;
import io.millrace.io.InFlight;
import io.millrace.io.SourceException;
import io.millrace.pipeline.Balance;
import io.millrace.pipeline.Launch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * A log that loses its beginning or its end, or is deleted and created again, under a running
 * pipeline. {@code LostRangesIT} has runs of KafkaIO's reader that go on without an end.
 */
class LogMovesIT {
  private static final long WAIT = 1_000_000;

  @TempDir private static Path directory;
  @RegisterExtension private static final KafkaTopics topics = new KafkaTopics();
  private static Path oneBatchAFetch;

  @BeforeAll
  static void start() throws Exception {
    oneBatchAFetch =
        Files.writeString(directory.resolve("kafka.properties"), "max.partition.fetch.bytes=1\n");
  }

  /** Sends events of these numbers as one batch. */
  private static void send(String topic, int from, int to) {
    sendInBatches(topic, from, to, to - from);
  }

  private static void sendInBatches(String topic, int from, int to, int each) {
    try (KafkaProducer<byte[], byte[]> producer =
        topics.producer(Map.of("linger.ms", KafkaTopics.UNTIL_FLUSH, "batch.size", 1_000_000))) {
      for (int i = from; i < to; i++) {
        KafkaTopics.send(producer, topic, 0, topic + "-" + i);
        if ((i + 1 - from) % each == 0) {
          producer.flush();
        }
      }
      producer.flush();
    }
  }

  /** A pipeline over one topic that runs in this JVM. */
  private static final class Running implements AutoCloseable {
    private final Launch launch;
    private final CatchUp catchUp;
    private final InFlight gate;
    private final PipelineResult result;

    Running(
        KafkaReader reader, String topic, String database, boolean ends, LongSupplier inFlight) {
      List<String> flags = new ArrayList<>(topics.flags(topics.input(topic), database));
      flags.add("--maxBatchAge=1s");
      flags.addAll(reader.flags());
      if (ends) {
        flags.add("--kafkaConfig=" + oneBatchAFetch);
      }
      launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
      assertThat(launch.problems(), empty());
      catchUp = ends ? launch.catchUp() : CatchUp.ENDS_BY_ITSELF;
      gate = InFlight.publish(launch.runId(), inFlight);
      result = launch.start();
    }

    Balance await(String what, Predicate<Balance> reached) {
      KafkaTopics.await(
          () -> what + "; " + result.getState() + ", " + launch.balance(result),
          () -> reached.test(launch.balance(result)));
      return launch.balance(result);
    }

    void awaitSettled(long read) {
      Balance unused = await(read + " records", b -> b.read() == read && b.settled());
    }

    @Override
    public void close() throws IOException {
      gate.close();
      catchUp.close();
      launch.ended();
      if (!result.getState().isTerminal()) {
        result.cancel();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRunThatIsToCatchUpEndsThoughRetentionRemovesAllOfIt(KafkaReader reader) throws Exception {
    String topic = reader.own("overtaken");
    String database = topic;
    topics.create(topic, 1, Map.of());
    sendInBatches(topic, 0, 60, 5);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.millrace");
    log.start();
    logger.addAppender(log);
    Level level = logger.getLevel();
    logger.setLevel(Level.INFO);
    // Millrace's own reader is some batches ahead of what it hands over, KafkaIO's is not.
    long most = reader == KafkaReader.MILLRACE ? 30 : 0;
    long read;
    AtomicLong asked = new AtomicLong();
    AtomicLong inFlight = new AtomicLong(WAIT);
    LongSupplier gate =
        () -> {
          asked.incrementAndGet();
          return inFlight.get();
        };
    try (Running run = new Running(reader, topic, database, true, gate)) {
      // The reader is at offset 0 and waits, as it does while the sink is slow.
      KafkaTopics.await("the reader", () -> asked.get() > 0);
      if (reader == KafkaReader.MILLRACE) {
        String line = "Reading continues at {" + topic + "-0=0}";
        KafkaTopics.await(
            line,
            () ->
                List.copyOf(log.list).stream().anyMatch(e -> e.getFormattedMessage().equals(line)));
      }
      topics
          .admin()
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(60)))
          .all()
          .get();
      send(topic, 60, 65);
      inFlight.set(0);
      Balance balance =
          run.await("the end", b -> run.catchUp.isReached(b.handedOver()) && b.settled());
      read = balance.read();
      assertThat("nothing of what was sent later", read, lessThanOrEqualTo(most));
      assertThat(balance.recordsLostBeforeRead(), is(60 - read));
    } finally {
      logger.detachAppender(log);
      logger.setLevel(level);
    }
    String lost = topic + "/0@" + read + "-59";
    assertThat(
        log.list.stream()
            .map(ILoggingEvent::getFormattedMessage)
            .filter(line -> line.startsWith("LOST BEFORE READ: " + lost + " "))
            .toList(),
        hasSize(1));
    JsonNode audit = topics.audit(false, topics.input(topic), database);
    assertThat(audit.path("records_lost_before_read_at").toString(), is("[\"" + lost + "\"]"));
    assertThat(audit.path("without_outcome_at").toString(), is("[\"" + topic + "/0@60-64\"]"));
    assertThat(audit.path("not_in_log").asInt(-1), is(0));
  }

  /**
   * What an unclean election does: the new leader lacks the last records, and others take their
   * offsets. A leader that is lost and comes back with everything must not be taken for that.
   */
  @ParameterizedTest
  @EnumSource
  void aLogThatLostItsEndEndsTheRunAndALostLeaderDoesNot(KafkaReader reader) throws Exception {
    String cut = reader.own("cut");
    String whole = reader.own("whole");
    for (String topic : List.of(cut, whole)) {
      topics.create(topic, 1, Map.of());
      send(topic, 0, 10);
      send(topic, 10, 30);
    }
    try (Running reads = new Running(reader, cut, cut, false, () -> 0);
        Running goesOn = new Running(reader, whole, whole, false, () -> 0)) {
      reads.awaitSettled(30);
      goesOn.awaitSettled(30);
      Path logs = Path.of(logDirectory());
      // In order, so that the controller notices that the partitions have lost their leader.
      topics.stack().kafka().stop();
      Files.deleteIfExists(logs.resolve(".kafka_cleanshutdown"));
      keepFirstBatch(logs.resolve(cut + "-0"));
      topics.stack().kafka().start();
      send(cut, 110, 135);
      send(whole, 30, 55);
      if (reader == KafkaReader.MILLRACE) {
        reads.awaitSettled(30 + 25);
      } else {
        awaitFailure(reads);
      }
      goesOn.awaitSettled(55);
    }
    if (reader == KafkaReader.KAFKA_IO) {
      JsonNode unread = topics.audit(false, topics.input(cut), cut);
      assertThat(unread.path("without_outcome_at").toString(), is("[\"" + cut + "/0@10-34\"]"));
      assertThat(topics.run(reader, topics.input(cut), cut).path("read").asInt(), is(35));
    }
    JsonNode audit = topics.audit(true, topics.input(cut), cut);
    assertThat(audit.path("records_lost_before_read").asInt(-1), is(0));
    assertThat("what was read of the lost end stays", topics.rows(cut), hasSize(30 + 25));
    assertThat(
        topics.audit(true, topics.input(whole), whole).path("outcomes").path("read").asInt(),
        is(55));
  }

  private static void awaitFailure(Running run) {
    PipelineExecutionException ended =
        assertThrows(
            PipelineExecutionException.class,
            () -> run.result.waitUntilFinish(org.joda.time.Duration.standardMinutes(2)));
    assertThat(ended.getCause(), instanceOf(SourceException.class));
    assertThat(
        ended.getCause().getMessage(),
        allOf(
            containsString("or its brokers lost records"), containsString("Restart the pipeline")));
  }

  /** What was not read of a topic before it was created again is lost; the new one is read. */
  @Test
  void aTopicThatIsCreatedAgainIsReadFromItsBeginning() throws Exception {
    String topic = "again";
    topics.create(topic, 1, Map.of());
    send(topic, 0, 30);
    try (Running run = new Running(KafkaReader.MILLRACE, topic, topic, false, () -> 0)) {
      run.awaitSettled(30);
      topics.admin().deleteTopics(List.of(topic)).all().get();
      KafkaTopics.await("the topic's end", () -> !topics.exists(topic));
      topics.create(topic, 1, Map.of());
      send(topic, 100, 180);
      run.awaitSettled(110);
    }
    assertThat(topics.rows(topic), hasSize(110));
    JsonNode audit = topics.audit(true, topics.input(topic), topic);
    assertThat(audit.path("records_lost_before_read").asInt(-1), is(0));
    assertThat(audit.path("outcomes").path("read").asInt(), is(110));
  }

  private static String logDirectory() throws Exception {
    return topics
        .admin()
        .describeLogDirs(List.of(1))
        .allDescriptions()
        .get()
        .get(1)
        .keySet()
        .iterator()
        .next();
  }

  /** Cuts the only segment of a stopped broker's partition behind its first batch. */
  private static void keepFirstBatch(Path partition) throws IOException {
    try (Stream<Path> files = Files.list(partition)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith("index") || name.endsWith(".snapshot")) {
          Files.delete(file);
        }
      }
    }
    try (RandomAccessFile segment =
        new RandomAccessFile(partition.resolve("00000000000000000000.log").toFile(), "rw")) {
      // A batch begins with its first offset and the length of what follows.
      segment.seek(Long.BYTES);
      segment.setLength(Long.BYTES + Integer.BYTES + (long) segment.readInt());
    }
  }
}
