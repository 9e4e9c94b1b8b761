package io.millrace.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.consume.OffsetSpan;
import io.millrace.kafka.consume.ShortPollConsumer;
import io.millrace.kafka.time.PartitionWatermark;
import io.millrace.kafka.time.RecordPage;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.UnboundedSource.CheckpointMark;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Topics of transactional producers, and an outage, by the reader of Flink and Dataflow. */
class TransactionsIT {
  private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, format: epoch_ms, required: true}
          event_time: {field: at, max_ahead: 1h, out_of_orderness: 10s}
          identity: [id, at]
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: n, columns: [id, at, extra]}
            error: {name: e, columns: [id, at, extra]}
            late: {name: l, columns: [id, at, extra]}
            dead_letters: {name: d}
          """,
          "small.yaml");
  private static final long BEHIND = CONTRACT.time().outOfOrderness().toMillis();

  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.clean();
  }

  private static KafkaAddress topic(String name) {
    stack.kafka().createTopic(name, 1);
    return KafkaAddress.parse("kafka://" + stack.kafka().address() + "/" + name);
  }

  private static KafkaProducer<byte[], byte[]> producer(String id) {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address(), "transactional.id", id),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, KafkaAddress to, String... values) {
    for (String value : values) {
      Future<RecordMetadata> unused =
          producer.send(new ProducerRecord<>(to.topics().get(0), value.getBytes(UTF_8)));
    }
    producer.flush();
  }

  /** A reader of a topic as a runner opens it, with what it has read so far. */
  private static final class Reading implements AutoCloseable {
    private final UnboundedReader<KafkaRecord<byte[], byte[]>> reader;
    private final List<String> values = new ArrayList<>();
    private boolean started;

    @SuppressWarnings("unchecked") // The marks and sources of KafkaIO are its own
    private Reading(KafkaAddress address, CheckpointMark from) throws Exception {
      UnboundedSource<KafkaRecord<byte[], byte[]>, CheckpointMark> source =
          (UnboundedSource<KafkaRecord<byte[], byte[]>, CheckpointMark>)
              source(address).split(1, PipelineOptionsFactory.create()).get(0);
      reader = source.createReader(PipelineOptionsFactory.create(), from);
    }

    private static UnboundedSource<?, ?> source(KafkaAddress address) {
      Pipeline pipeline = Pipeline.create();
      pipeline.apply(new KafkaSource(address, CONTRACT, ReadTuning.NONE).read());
      AtomicReference<UnboundedSource<?, ?>> found = new AtomicReference<>();
      pipeline.traverseTopologically(
          new Pipeline.PipelineVisitor.Defaults() {
            @Override
            public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
              if (node.getTransform() instanceof Read.Unbounded<?> read) {
                found.set(read.getSource());
              }
              return CompositeBehavior.ENTER_TRANSFORM;
            }
          });
      return found.get();
    }

    /** Reads on until something holds. */
    void until(BooleanSupplier reached) throws IOException {
      long deadline = System.nanoTime() + LONGEST_NANOS;
      do {
        boolean more = started ? reader.advance() : reader.start();
        started = true;
        while (more) {
          RecordPage.of(reader.getCurrent().getKV().getValue())
              .unpack(
                  "",
                  0,
                  new PartitionWatermark(BEHIND, PartitionWatermark.UNKNOWN),
                  record -> values.add(new String(record.value(), UTF_8)));
          more = reader.advance();
        }
      } while (!reached.getAsBoolean() && System.nanoTime() - deadline < 0);
    }

    /** Reads until the partition is taken for idle, since when its watermark follows the clock. */
    void untilIdle() throws IOException {
      Instant before = Instant.now().minus(org.joda.time.Duration.millis(BEHIND));
      until(() -> reader.getWatermark().isAfter(before));
      assertThat(reader.getWatermark(), greaterThan(before));
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** The mark of a transaction's end may come a moment later than the answer to who ended it. */
  private static void awaitEnd(KafkaAddress topic, long end) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    List<OffsetSpan> all = List.of(new OffsetSpan(topic.topics().get(0), 0, 0, end));
    while (!new KafkaLog(topic).spans(null, null).equals(all)) {
      assertThat("the mark is written", System.nanoTime() - deadline, lessThan(0L));
    }
  }

  @Test
  void whatWasCommittedIsReadAndThePartitionIsIdleBehindTheMark() throws Exception {
    KafkaAddress topic = topic("committed");
    try (KafkaProducer<byte[], byte[]> producer = producer("committed")) {
      producer.beginTransaction();
      send(producer, topic, "a", "b");
      producer.commitTransaction();
    }
    awaitEnd(topic, 3);
    CheckpointMark mark;
    try (Reading reading = new Reading(topic, null)) {
      reading.untilIdle();
      assertThat(reading.values, contains("a", "b"));
      mark = reading.reader.getCheckpointMark();
    }
    // It goes on at offset 2, where the mark is; the end is 3
    try (Reading resumed = new Reading(topic, mark)) {
      resumed.untilIdle();
      assertThat(resumed.values, hasSize(0));
    }
  }

  @Test
  void aPartitionIsIdleBehindWhatWasAborted() throws Exception {
    KafkaAddress topic = topic("aborted");
    try (KafkaProducer<byte[], byte[]> producer = producer("aborted")) {
      producer.beginTransaction();
      send(producer, topic, "a");
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, topic, "b", "c");
      producer.abortTransaction();
    }
    awaitEnd(topic, 5);
    try (Reading reading = new Reading(topic, null)) {
      reading.untilIdle();
      assertThat(reading.values, contains("a"));
    }
    // Nothing but aborted records: no record is ever handed over
    KafkaAddress nothing = topic("nothing");
    try (KafkaProducer<byte[], byte[]> producer = producer("nothing")) {
      producer.beginTransaction();
      send(producer, nothing, "b", "c");
      producer.abortTransaction();
    }
    awaitEnd(nothing, 3);
    try (Reading reading = new Reading(nothing, null)) {
      reading.untilIdle();
      assertThat(reading.values, hasSize(0));
    }
  }

  /**
   * Its records come with times of before: until they do, the watermark may not follow the clock.
   */
  @Test
  void anOpenTransactionIsNotReadAndHoldsTheWatermarkUntilItEnds() throws Exception {
    KafkaAddress topic = topic("open");
    try (KafkaProducer<byte[], byte[]> first = producer("open-1");
        KafkaProducer<byte[], byte[]> second = producer("open-2")) {
      first.beginTransaction();
      send(first, topic, "a");
      first.commitTransaction();
      awaitEnd(topic, 2);
      second.beginTransaction();
      send(second, topic, "b");
      assertThat(new KafkaLog(topic).spans(null, null), contains(new OffsetSpan("open", 0, 0, 2)));
      assertThat(
          new KafkaLog(topic.withIsolation("read_uncommitted")).spans(null, null),
          contains(new OffsetSpan("open", 0, 0, 3)));
      try (Reading reading = new Reading(topic, null)) {
        Instant before = Instant.now().minus(org.joda.time.Duration.millis(BEHIND));
        reading.until(() -> reading.values.size() == 1);
        // KafkaIO asks for the end once a second
        long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        reading.until(() -> System.nanoTime() - deadline > 0);
        assertThat(reading.values, contains("a"));
        assertThat(reading.reader.getWatermark(), lessThan(before));
        second.commitTransaction();
        reading.until(() -> reading.values.size() == 2);
        assertThat(reading.values, contains("a", "b"));
        reading.untilIdle();
      }
    }
    assertThat(
        new KafkaLog(topic).records(new KafkaLog(topic).spans(null, null)),
        equalTo(List.of(new OffsetSpan("open", 0, 0, 1), new OffsetSpan("open", 0, 2, 3))));
  }

  @Test
  void allIsReadWhenAskedFor() throws Exception {
    KafkaAddress topic = topic("uncommitted").withIsolation("read_uncommitted");
    try (KafkaProducer<byte[], byte[]> producer = producer("uncommitted")) {
      producer.beginTransaction();
      send(producer, topic, "a");
      producer.abortTransaction();
      try (Reading reading = new Reading(topic, null)) {
        reading.untilIdle();
        assertThat(reading.values, contains("a"));
      }
    }
  }

  /** With a log that says nothing of Kafka's client, somebody has to. */
  @Test
  void anOutageIsLoggedWithItsCauseAndItsEnd() throws Exception {
    KafkaAddress topic = topic("outage");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ShortPollConsumer.class);
    log.start();
    logger.addAppender(log);
    try (Reading reading = new Reading(topic, null)) {
      reading.untilIdle();
      assertThat(log.list, hasSize(0));
      stack.kafka().kill();
      reading.until(() -> !log.list.isEmpty());
      assertThat(log.list, hasSize(1));
      assertThat(
          log.list.get(0).getFormattedMessage(),
          allOf(
              containsString("Cannot read from Kafka at " + topic.bootstrapServers() + " since "),
              containsString("connection to " + topic.bootstrapServers() + " refused")));
      stack.kafka().start();
      reading.until(() -> log.list.size() > 1);
      assertThat(
          log.list.get(1).getFormattedMessage(),
          containsString("Kafka at " + topic.bootstrapServers() + " recovered after "));
    } finally {
      logger.detachAppender(log);
    }
  }
}
