package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.LostRange;
import io.millrace.event.LostRange.Reason;
import io.millrace.event.Packed;
import io.millrace.io.InFlight;
import io.millrace.io.InFlightLimit;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.client.ClientProperties;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.kafka.GroupOffsets;
import io.millrace.local.kafka.LocalKafka;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The readers of all splits against a real broker. */
class SplitReaderIT {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            at: {type: timestamp, format: epoch_ms, required: true}
          event_time: {field: at}
          identity: [id, at]
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: n, columns: [id, at, extra]}
            error: {name: e, columns: [id, at, extra]}
            late: {name: l, columns: [id, at, extra]}
            dead_letters: {name: d}
          """,
          "small.yaml");

  private static LocalStack stack;
  private static Admin admin;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
    admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()));
  }

  @AfterAll
  static void stopStack() {
    admin.close();
  }

  private static void create(String topic, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    LocalKafka.awaitLeaders(admin, topic, partitions);
  }

  private static void send(String topic, int partition, int from, int to) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = from; i < to; i++) {
        Future<RecordMetadata> unused =
            producer.send(new ProducerRecord<>(topic, partition, 1_000L * i, null, "record " + i));
      }
    }
  }

  private static ReadSettings settings(String topics, StartFrom from, String group) {
    return settings(topics, from, group, new ReadTuning(50, InFlightLimit.NONE, 0, true));
  }

  private static ReadSettings settings(
      String topics, StartFrom from, String group, ReadTuning tuning) {
    return settings(topics, from, group, tuning, ClientProperties.NONE);
  }

  private static ReadSettings settings(
      String topics, StartFrom from, String group, ReadTuning tuning, ClientProperties client) {
    return new ReadSettings(
        stack.kafka().address(),
        client,
        TopicFilter.parse(topics),
        false,
        from,
        group,
        10_000,
        tuning,
        Packed.of(CONTRACT));
  }

  private static List<Long> offsets(int from, int to) {
    List<Long> offsets = new ArrayList<>();
    for (long i = from; i < to; i++) {
      offsets.add(i);
    }
    return offsets;
  }

  private static Map<TopicPartition, Long> committed(String group) {
    try {
      return GroupOffsets.committed(admin, group);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void newPartitionsAndTopicsOfAPatternAreReadOnceAlsoAfterARestart() throws Exception {
    create("grow.a", 3);
    create("other", 1);
    send("other", 0, 0, 5);
    for (int p = 0; p < 3; p++) {
      send("grow.a", p, 0, 120);
    }
    ReadSettings settings = settings("grow.*", StartFrom.parse("latest"), "");
    List<ReadMark> marks;
    try (SplitReaders readers = new SplitReaders(settings, null)) {
      readers.readUntilRanges(3);
      assertThat(readers.read.keySet(), empty());
      admin.createPartitions(Map.of("grow.a", NewPartitions.increaseTo(5))).all().get();
      create("grow.b", 1);
      send("grow.a", 3, 0, 70);
      send("grow.a", 4, 0, 70);
      send("grow.b", 0, 0, 60);
      send("grow.a", 0, 120, 130);
      readers.readUntil(210);
      marks = readers.marks();
      assertThat(
          readers.read,
          equalTo(
              Map.of(
                  "grow.a/0", offsets(120, 130),
                  "grow.a/3", offsets(0, 70),
                  "grow.a/4", offsets(0, 70),
                  "grow.b/0", offsets(0, 60))));
    }
    admin.createPartitions(Map.of("grow.a", NewPartitions.increaseTo(6))).all().get();
    create("grow.c", 1);
    send("grow.a", 5, 0, 30);
    send("grow.c", 0, 0, 30);
    send("grow.a", 1, 120, 121);
    try (SplitReaders readers = new SplitReaders(settings, marks)) {
      readers.readUntil(61);
      assertThat(readers.ranges, empty());
      assertThat(
          readers.read,
          equalTo(
              Map.of(
                  "grow.a/1", offsets(120, 121),
                  "grow.a/5", offsets(0, 30),
                  "grow.c/0", offsets(0, 30))));
    }
  }

  @Test
  void readingBeginsWhereTheFlagSaysAndTheRestIsSkipped() throws Exception {
    create("begin", 1);
    send("begin", 0, 0, 200);
    TopicPartition partition = new TopicPartition("begin", 0);
    admin
        .alterConsumerGroupOffsets("begin-group", Map.of(partition, new OffsetAndMetadata(150)))
        .all()
        .get();
    Map<String, Integer> firsts =
        Map.of(
            "earliest",
            0,
            "committed",
            150,
            Instant.ofEpochSecond(77).toString(),
            77,
            "latest",
            200,
            "2300-01-01T00:00:00Z",
            200);
    for (Map.Entry<String, Integer> first : firsts.entrySet()) {
      int offset = first.getValue();
      try (SplitReaders readers =
          new SplitReaders(
              settings("begin", StartFrom.parse(first.getKey()), "begin-group"), null)) {
        if (offset > 0) {
          readers.readUntilRanges(1);
          LostRange skipped = readers.ranges.get(0);
          assertThat(skipped.toString(), equalTo("begin/0@0-" + (offset - 1)));
          assertThat(skipped.reason(), equalTo(Reason.SKIPPED));
        }
        readers.readUntil(200 - offset);
        assertThat(
            first.getKey(),
            readers.read.getOrDefault("begin/0", List.of()),
            equalTo(offsets(offset, 200)));
      }
    }
  }

  @Test
  void durableOffsetsAreCommittedAndNeverMore() throws Exception {
    create("lag", 2);
    send("lag", 0, 0, 80);
    send("lag", 1, 0, 40);
    TopicPartition first = new TopicPartition("lag", 0);
    TopicPartition second = new TopicPartition("lag", 1);
    try (SplitReaders readers =
        new SplitReaders(settings("lag", StartFrom.parse("committed"), "lag-group"), null)) {
      readers.readUntil(60);
      assertThat(committed("lag-group"), equalTo(Map.of()));
      readers.makeDurable();
      SplitReaders.await(() -> !committed("lag-group").isEmpty());
      Map<String, List<Long>> read = readers.read;
      committed("lag-group")
          .forEach(
              (partition, offset) ->
                  assertThat(
                      offset,
                      lessThanOrEqualTo(
                          (long)
                              read.getOrDefault("lag/" + partition.partition(), List.of())
                                  .size())));
      readers.readUntil(120);
      readers.makeDurable();
      SplitReaders.await(() -> committed("lag-group").equals(Map.of(first, 80L, second, 40L)));
    }
  }

  @Test
  void whatRetentionRemovesIsARangeAndReadingGoesOn() throws Exception {
    create("short", 1);
    send("short", 0, 0, 100);
    ReadSettings settings = settings("short", StartFrom.EARLIEST, "");
    List<ReadMark> marks;
    try (SplitReaders readers = new SplitReaders(settings, null)) {
      readers.readUntil(100);
      marks = readers.marks();
    }
    send("short", 0, 100, 180);
    admin
        .deleteRecords(Map.of(new TopicPartition("short", 0), RecordsToDelete.beforeOffset(150)))
        .all()
        .get();
    try (SplitReaders readers = new SplitReaders(settings, marks)) {
      readers.readUntil(30);
      assertThat(readers.read, equalTo(Map.of("short/0", offsets(150, 180))));
      assertThat(
          readers.ranges.stream().map(LostRange::toString).toList(),
          equalTo(List.of("short/0@100-149")));
      assertThat(readers.ranges.get(0).reason(), equalTo(Reason.REMOVED));
    }
  }

  @Test
  void aTopicThatWasCreatedAgainIsToldAndReadFromItsBeginning() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(UnreadRanges.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    create("again", 1);
    send("again", 0, 0, 50);
    ReadSettings settings = settings("again", StartFrom.EARLIEST, "");
    List<ReadMark> marks;
    try (SplitReaders readers = new SplitReaders(settings, null)) {
      readers.readUntil(50);
      marks = readers.marks();
    }
    createAgain("again");
    send("again", 0, 0, 90);
    try (SplitReaders readers = new SplitReaders(settings, marks)) {
      readers.readUntil(90);
      assertThat(readers.read, equalTo(Map.of("again/0", offsets(0, 90))));
    } finally {
      logger.detachAppender(log);
    }
    assertThat(
        log.list.stream().map(ILoggingEvent::getFormattedMessage).toList(),
        hasItem(containsString("topic again was deleted and created again")));
  }

  private static void createAgain(String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get();
    SplitReaders.await(
        () -> {
          try {
            return !admin.listTopics().names().get().contains(topic);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    create(topic, 1);
  }

  /** The consumer's offset is in the new topic, too, before the reader has heard of it. */
  @Test
  void aTopicThatWasCreatedAgainIsNotReadFromItsMiddle() throws Exception {
    create("middle", 1);
    send("middle", 0, 0, 50);
    try (SplitReaders readers =
        new SplitReaders(settings("middle", StartFrom.EARLIEST, ""), null)) {
      readers.readUntil(50);
      createAgain("middle");
      send("middle", 0, 0, 4_000);
      readers.readUntil(50 + 4_000);
      List<Long> expected = offsets(0, 50);
      expected.addAll(offsets(0, 4_000));
      assertThat(readers.read, equalTo(Map.of("middle/0", expected)));
      assertThat(readers.ranges, empty());
    }
  }

  @Test
  void theReaderFailsWithTheErrorOfTheConsumersThread() throws Exception {
    create("full", 1);
    send("full", 0, 0, 1);
    ClientProperties client =
        new ClientProperties(Map.of("metric.reporters", FullHeap.class.getName()), null);
    ReadTuning tuning = new ReadTuning(50, InFlightLimit.NONE, 0, true);
    try (SplitReaders readers =
        new SplitReaders(settings("full", StartFrom.EARLIEST, "", tuning, client), null)) {
      OutOfMemoryError error = assertThrows(OutOfMemoryError.class, () -> readers.readUntil(1));
      assertThat(error.getMessage(), equalTo("a test's"));
    }
  }

  @Test
  void aDrainingReaderHandsOverNothingOfWhatItHasPolled() throws Exception {
    create("drain", 1);
    send("drain", 0, 0, 200);
    ReadSettings settings =
        settings(
            "drain",
            StartFrom.EARLIEST,
            "",
            new ReadTuning(50, new InFlightLimit("drain-run", 0), 0, false));
    try (InFlight inFlight = InFlight.publish("drain-run", () -> 0);
        SplitReaders readers = new SplitReaders(settings, null)) {
      readers.readUntil(1);
      inFlight.stopReading();
      for (int i = 0; i < 10; i++) {
        readers.poll();
      }
      assertThat(readers.read, equalTo(Map.of("drain/0", offsets(0, 50))));
    }
  }

  @Test
  void anIdlePartitionFollowsTheClock() throws Exception {
    create("idle", 2);
    send("idle", 0, 0, 10);
    try (SplitReaders readers = new SplitReaders(settings("idle", StartFrom.EARLIEST, ""), null)) {
      readers.readUntil(10);
      long before = System.currentTimeMillis();
      SplitReaders.await(
          () -> {
            readers.poll();
            return readers.watermark() >= before - 10_000;
          });
      assertThat(System.currentTimeMillis() - 9_999, greaterThan(readers.watermark()));
    }
  }
}
