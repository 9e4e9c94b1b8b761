package io.millrace.cli.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * A log that loses its beginning or its end under a running pipeline. {@code LostRangesIT} has the
 * runs that go on without an end, and topics that are deleted and created again.
 */
class LogMovesIT {
  private static final long WAIT = 1_000_000;

  @TempDir private static Path directory;
  private static KafkaTopics topics;

  @BeforeAll
  static void start() throws Exception {
    topics = new KafkaTopics(directory);
  }

  @AfterAll
  static void stop() {
    topics.close();
  }

  /** Sends events of these numbers as one batch. */
  private static void send(String topic, int from, int to) {
    try (KafkaProducer<byte[], byte[]> producer =
        topics.producer(Map.of("linger.ms", 1000, "batch.size", 1_000_000))) {
      for (int i = from; i < to; i++) {
        KafkaTopics.send(producer, topic, 0, topic + "-" + i);
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
      launch = Launch.of(Launch.parse(DirectDefaults.addTo(flags)));
      assertThat(launch.problems(), empty());
      catchUp = ends ? launch.catchUp() : CatchUp.ENDS_BY_ITSELF;
      gate = InFlight.publish(launch.runId(), inFlight);
      result = launch.start();
    }

    Balance await(String what, Predicate<Balance> reached) {
      KafkaTopics.await(what, () -> reached.test(launch.balance(result)));
      return launch.balance(result);
    }

    void awaitSettled(long read) {
      Balance unused = await(read + " records", b -> b.read() == read && b.settled());
    }

    @Override
    public void close() throws IOException {
      gate.close();
      catchUp.close();
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
    send(topic, 0, 60);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.millrace");
    log.start();
    logger.addAppender(log);
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
      topics
          .admin()
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(60)))
          .all()
          .get();
      send(topic, 60, 65);
      inFlight.set(0);
      Balance balance =
          run.await("the end", b -> run.catchUp.isReached(b.handedOver()) && b.settled());
      assertThat(balance.lostBeforeRead(), is(60L));
      assertThat("nothing of what was sent later", balance.read(), is(0L));
    } finally {
      logger.detachAppender(log);
    }
    assertThat(
        log.list.stream()
            .map(ILoggingEvent::getFormattedMessage)
            .filter(line -> line.startsWith("LOST BEFORE READ: " + topic + "/0@0-59 "))
            .toList(),
        hasSize(1));
    JsonNode audit = topics.audit(false, topics.input(topic), database);
    assertThat(audit.path("lost_before_read_at").toString(), is("[\"" + topic + "/0@0-59\"]"));
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
      PipelineExecutionException ended =
          assertThrows(
              PipelineExecutionException.class,
              () -> reads.result.waitUntilFinish(org.joda.time.Duration.standardMinutes(2)));
      assertThat(ended.getCause(), instanceOf(SourceException.class));
      assertThat(
          ended.getCause().getMessage(),
          allOf(
              containsString("or its brokers lost records"),
              containsString("Restart the pipeline")));
      goesOn.awaitSettled(55);
    }
    JsonNode unread = topics.audit(false, topics.input(cut), cut);
    assertThat(unread.path("without_outcome_at").toString(), is("[\"" + cut + "/0@10-34\"]"));
    assertThat(topics.run(reader, topics.input(cut), cut).path("read").asInt(), is(35));
    JsonNode audit = topics.audit(true, topics.input(cut), cut);
    assertThat(audit.path("lost_before_read").asInt(-1), is(0));
    assertThat("what was read of the lost end stays", topics.rows(cut), hasSize(30 + 25));
    assertThat(
        topics.audit(true, topics.input(whole), whole).path("outcomes").path("read").asInt(),
        is(55));
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
