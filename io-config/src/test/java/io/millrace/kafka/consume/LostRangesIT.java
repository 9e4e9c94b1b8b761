package io.millrace.kafka.consume;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.event.SourceRecord;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.InFlightLimit;
import io.millrace.io.ReadTuning;
import io.millrace.io.SourceException;
import io.millrace.kafka.KafkaAddress;
import io.millrace.kafka.KafkaPreflight;
import io.millrace.kafka.time.LostRangeRecord;
import io.millrace.kafka.time.PartitionWatermark;
import io.millrace.kafka.time.RecordPage;
import io.millrace.kafka.time.RecordTimePolicyFactory;
import io.millrace.kafka.time.RecordTimes;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.kafka.LocalKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.io.kafka.KafkaCheckpointMark;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Records that a real log has removed before they were read, by a consumer and by KafkaIO. */
class LostRangesIT {
  private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();
  private static final Duration POLL = Duration.ofMillis(20);

  private static LocalStack stack;
  private static Admin admin;

  private final Logger logger = (Logger) LoggerFactory.getLogger(LostRangeCheck.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
    admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()));
  }

  @AfterAll
  static void stopStack() {
    admin.close();
  }

  @BeforeEach
  void watchLog() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void leaveLog() {
    logger.detachAppender(log);
  }

  private static void create(String topic, int records) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    LocalKafka.awaitLeaders(admin, topic, 1);
    send(topic, records);
  }

  private static void send(String topic, int records) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < records; i++) {
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic, "record " + i));
      }
    }
  }

  /** As retention does. */
  private static void removeBefore(String topic, long offset) throws Exception {
    admin
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }

  private static void recreate(String topic, int records) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get();
    await(() -> !topics().contains(topic));
    create(topic, records);
  }

  private static Set<String> topics() {
    try {
      return admin.listTopics().names().get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat("in time", System.nanoTime() - deadline < 0);
    }
  }

  private static ShortPollConsumer consumer(String topic, ReadTuning tuning, TopicIdWatch ids) {
    // As a savepoint of an earlier build has it.
    Map<String, Object> config = new HashMap<>(Map.of("auto.offset.reset", "earliest"));
    config.put("bootstrap.servers", stack.kafka().address());
    config.put("key.deserializer", ByteArrayDeserializer.class);
    config.put("value.deserializer", ByteArrayDeserializer.class);
    ShortPollConsumer consumer =
        new ShortPollConsumer(
            config, tuning, Map.of(), ids, new RecordTimes(null), new ReadPositions());
    consumer.assign(List.of(new TopicPartition(topic, 0)));
    return consumer;
  }

  private static ShortPollConsumer consumer(String topic) {
    return consumer(topic, ReadTuning.NONE, new TopicIdWatch(Map.of()));
  }

  /** Polls until so many records were handed over. */
  private static List<ConsumerRecord<byte[], byte[]>> poll(
      ShortPollConsumer consumer, int records) {
    List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
    await(
        () -> {
          consumer.poll(POLL).forEach(polled::add);
          return polled.size() >= records;
        });
    return polled;
  }

  private static String lostIn(ConsumerRecord<byte[], byte[]> record) {
    KafkaRecord<byte[], byte[]> read =
        new KafkaRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            KafkaTimestampType.valueOf(record.timestampType().name()),
            null,
            record.key(),
            record.value());
    return LostRangeRecord.isIn(read) ? LostRangeRecord.rangeIn(read).toString() : "none";
  }

  @Test
  void aRangeThatWasRemovedBeforeItWasReadIsHandedOverInItsPlace() throws Exception {
    create("overtaken", 60);
    try (ShortPollConsumer consumer = consumer("overtaken")) {
      TopicPartition partition = new TopicPartition("overtaken", 0);
      consumer.seek(partition, 10);
      removeBefore("overtaken", 40);
      List<ConsumerRecord<byte[], byte[]>> polled = poll(consumer, 21);
      assertThat(lostIn(polled.get(0)), is("overtaken/0@10-39"));
      assertThat(polled.get(0).offset(), is(39L));
      assertThat(polled.get(1).offset(), is(40L));
      assertThat(polled, hasSize(21));
    }
    assertThat(log.list, hasSize(1));
    assertThat(
        log.list.get(0).getFormattedMessage(),
        allOf(
            startsWith("LOST BEFORE READ: overtaken/0@10-39 (offsets: 30)."),
            containsString("--acceptLost=overtaken/0@10-39")));
  }

  @Test
  void whatIsLostIsToldEvenIfNoRecordIsLeft() throws Exception {
    create("emptied", 5);
    try (ShortPollConsumer consumer =
        consumer(
            "emptied",
            new ReadTuning(50, InFlightLimit.NONE, 0, false),
            new TopicIdWatch(Map.of()))) {
      consumer.seek(new TopicPartition("emptied", 0), 4);
      removeBefore("emptied", 5);
      assertThat(lostIn(poll(consumer, 1).get(0)), is("emptied/0@4"));
    }
  }

  @Test
  void aReadingThatStartsAtTheBeginningHasLostNothing() throws Exception {
    create("trimmed", 30);
    removeBefore("trimmed", 20);
    try (ShortPollConsumer consumer = consumer("trimmed")) {
      assertThat(consumer.position(new TopicPartition("trimmed", 0)), is(20L));
      assertThat(poll(consumer, 10).get(0).offset(), is(20L));
    }
    assertThat(log.list, empty());
  }

  @Test
  void aTopicThatWasCreatedAgainWithFewerRecordsEndsTheReading() throws Exception {
    create("shorter", 29);
    try (ShortPollConsumer consumer = consumer("shorter")) {
      poll(consumer, 29);
      recreate("shorter", 5);
      String message = assertThrows(SourceException.class, () -> poll(consumer, 1)).getMessage();
      assertThat(
          message,
          allOf(
              containsString("the topic was deleted and created again"),
              containsString("Restart the pipeline")));
    }
  }

  @Test
  void aTopicThatIsDeletedIsLogged() throws Exception {
    create("deleted", 3);
    Logger watched = (Logger) LoggerFactory.getLogger(TopicIdWatch.class);
    watched.addAppender(log);
    try (ShortPollConsumer consumer = consumer("deleted")) {
      admin.deleteTopics(List.of("deleted")).all().get();
      await(() -> !topics().contains("deleted"));
      await(
          () -> {
            assertThat(consumer.poll(POLL).count(), is(0));
            return !log.list.isEmpty();
          });
    } finally {
      watched.detachAppender(log);
    }
    assertThat(
        log.list.get(0).getFormattedMessage(),
        containsString("One of the topics [deleted] was deleted. Its unread records are lost"));
  }

  /** Its offsets go on where those of the old one ended: only the id tells. */
  @Test
  void aTopicThatWasCreatedAgainWithMoreRecordsEndsTheReading() throws Exception {
    create("longer", 10);
    Map<String, String> ids = new TreeMap<>();
    KafkaPreflight.check(KafkaAddress.parse("kafka://" + stack.kafka().address() + "/longer"), ids);
    assertThat(ids.keySet(), equalTo(Set.of("longer")));
    recreate("longer", 30);
    try (ShortPollConsumer consumer = consumer("longer", ReadTuning.NONE, new TopicIdWatch(ids))) {
      consumer.seek(new TopicPartition("longer", 0), 10);
      String message =
          assertThrows(SourceException.class, () -> poll(consumer, 1_000)).getMessage();
      assertThat(
          message,
          allOf(startsWith("topic longer has the id "), containsString("Restart the pipeline")));
    }
  }

  /** What Flink has of a source: a reader that goes on from a checkpoint. */
  private static UnboundedReader<KafkaRecord<byte[], byte[]>> readerAt(String topic, long offset)
      throws IOException {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs("--experiments=use_deprecated_read").create());
    pipeline.apply(
        KafkaIO.<byte[], byte[]>read()
            .withBootstrapServers(stack.kafka().address())
            .withTopicPartitions(List.of(new TopicPartition(topic, 0)))
            .withKeyDeserializerAndCoder(ByteArrayDeserializer.class, ByteArrayCoder.of())
            .withValueDeserializerAndCoder(ByteArrayDeserializer.class, ByteArrayCoder.of())
            .withConsumerFactoryFn(
                new ShortPollConsumerFactory(
                    new ReadTuning(50, InFlightLimit.NONE, 0, true),
                    Map.of(topic, 1),
                    Map.of(),
                    TestEvents.queryEvents()))
            .withTimestampPolicyFactory(new RecordTimePolicyFactory(10_000)));
    List<UnboundedSource<KafkaRecord<byte[], byte[]>, KafkaCheckpointMark>> found =
        new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
            visitPrimitiveTransform(node);
            return CompositeBehavior.ENTER_TRANSFORM;
          }

          @Override
          @SuppressWarnings("unchecked")
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            if (node.getTransform() instanceof Read.Unbounded<?> read) {
              found.add(
                  (UnboundedSource<KafkaRecord<byte[], byte[]>, KafkaCheckpointMark>)
                      read.getSource());
            }
          }
        });
    return found
        .get(0)
        .createReader(
            PipelineOptionsFactory.create(),
            new KafkaCheckpointMark(
                List.of(new KafkaCheckpointMark.PartitionMark(topic, 0, offset, 0)),
                Optional.empty()));
  }

  @Test
  void aReaderThatGoesOnFromACheckpointPassesTheRange() throws Exception {
    create("restored", 60);
    removeBefore("restored", 40);
    List<String> read = new ArrayList<>();
    UnboundedReader<KafkaRecord<byte[], byte[]>> reader = readerAt("restored", 10);
    try (reader) {
      boolean more = reader.start();
      long deadline = System.nanoTime() + LONGEST_NANOS;
      while (read.size() < 21) {
        assertThat("in time", System.nanoTime() - deadline < 0);
        if (more) {
          KafkaRecord<byte[], byte[]> record = reader.getCurrent();
          if (LostRangeRecord.isIn(record)) {
            read.add("lost " + LostRangeRecord.rangeIn(record));
          } else {
            RecordPage.of(record.getKV().getValue())
                .unpack(
                    "restored",
                    0,
                    new PartitionWatermark(10_000, 0),
                    (SourceRecord r) -> read.add("" + r.offset()));
          }
        }
        more = reader.advance();
      }
      KafkaCheckpointMark mark = (KafkaCheckpointMark) reader.getCheckpointMark();
      assertThat(mark.getPartitions().get(0).getNextOffset(), is(60L));
    }
    assertThat(read.get(0), is("lost restored/0@10-39"));
    assertThat(read.get(1), is("40"));
    assertThat(read, hasSize(21));
  }

  @Test
  void aReaderOfATopicThatWasCreatedAgainEndsWithTheExplanation() throws Exception {
    create("again", 3);
    IOException e =
        assertThrows(
            IOException.class,
            () -> {
              try (UnboundedReader<KafkaRecord<byte[], byte[]>> reader = readerAt("again", 29)) {
                reader.start();
                long deadline = System.nanoTime() + LONGEST_NANOS;
                while (System.nanoTime() - deadline < 0) {
                  reader.advance();
                }
              }
            });
    Throwable cause = e;
    while (cause != null && !(cause instanceof SourceException)) {
      cause = cause.getCause();
    }
    assertThat(
        cause == null ? "no explanation" : cause.getMessage(), containsString("ends at offset 3"));
  }
}
