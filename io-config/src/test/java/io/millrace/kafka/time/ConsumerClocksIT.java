package io.millrace.kafka.time;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import io.millrace.io.InFlightLimit;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.consume.ReadPositions;
import io.millrace.kafka.consume.ShortPollConsumer;
import io.millrace.kafka.consume.TopicIdWatch;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.kafka.LocalKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a record arrives at does not depend on where its reader began. */
class ConsumerClocksIT {
  private static final long START = 1_772_359_200_000L;
  private static final long HOUR = 3_600_000;
  private static final int RECORDS = 5000;
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
          event_time: {field: at, max_ahead: 1h}
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

  @BeforeAll
  static void start() {
    stack = SharedStack.clean();
  }

  /** A record as a client sends it that knows no times. */
  private static final class WithoutTime extends ProducerRecord<byte[], byte[]> {
    WithoutTime(String topic, byte[] value) {
      super(topic, 0, null, value);
    }

    @Override
    public Long timestamp() {
      return -1L;
    }
  }

  private static byte[] event(long at) {
    return ("{\"id\":\"x\",\"at\":" + at + "}").getBytes(StandardCharsets.UTF_8);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, long time, byte[] value) {
    return new ProducerRecord<>(topic, 0, time, null, value);
  }

  private static void create(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(topic, Optional.of(1), Optional.empty())
                      // What is long gone is not deleted.
                      .configs(Map.of("retention.ms", "-1"))))
          .all()
          .get();
      LocalKafka.awaitLeaders(admin, topic, 1);
    }
  }

  private static void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        Future<RecordMetadata> unused = producer.send(record);
      }
    }
  }

  private static ShortPollConsumer consumer(int pageRecords) {
    return new ShortPollConsumer(
        config(),
        new ReadTuning(pageRecords, InFlightLimit.NONE, 0, false),
        Map.of(),
        new TopicIdWatch(Map.of()),
        new RecordTimes(Packed.of(CONTRACT)),
        new ReadPositions());
  }

  private static Map<String, Object> config() {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", stack.kafka().address());
    config.put("key.deserializer", ByteArrayDeserializer.class);
    config.put("value.deserializer", ByteArrayDeserializer.class);
    config.put("auto.offset.reset", "earliest");
    config.put("group.id", "reader");
    config.put("enable.auto.commit", false);
    return config;
  }

  /** The records from where the consumer is to the last offset, as they arrive. */
  private static List<SourceRecord> read(ShortPollConsumer consumer, String topic, long last) {
    TopicPartition partition = new TopicPartition(topic, 0);
    List<SourceRecord> records = new ArrayList<>();
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (records.isEmpty() || records.get(records.size() - 1).offset() < last) {
      assertThat("in time", System.nanoTime() - deadline < 0, is(true));
      for (ConsumerRecord<byte[], byte[]> page :
          consumer.poll(Duration.ofMillis(20)).records(partition)) {
        RecordPage.of(page.value())
            .unpack(
                topic, 0, new PartitionWatermark(0, PartitionWatermark.NEVER_ASKED), records::add);
      }
    }
    return records;
  }

  private static List<SourceRecord> readFrom(String topic, long from, int pageRecords, long last) {
    try (ShortPollConsumer consumer = consumer(pageRecords)) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seek(partition, from);
      return read(consumer, topic, last);
    }
  }

  /** The difference by the first record that is not the same. */
  private static void assertSame(String reason, List<SourceRecord> read, List<SourceRecord> whole) {
    for (int i = 0; i < Math.min(read.size(), whole.size()); i++) {
      SourceRecord expected = whole.get(i);
      assertThat(reason, read.get(i).offset(), is(expected.offset()));
      assertThat(
          reason + ", record time of " + expected,
          read.get(i).recordTimeMillis(),
          is(expected.recordTimeMillis()));
      assertThat(
          reason + ", arrival of " + expected,
          read.get(i).arrivalWatermarkMillis(),
          is(expected.arrivalWatermarkMillis()));
    }
    assertThat(reason, read.size(), is(whole.size()));
  }

  private static long manyTimes(String topic) throws Exception {
    create(topic);
    SplittableRandom random = new SplittableRandom(5);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      long time = START + i * 100L + random.nextInt(5000);
      // One producer in ten is hours ahead, and sends many at once; another knows no times.
      if (i / 40 % 10 == 3) {
        records.add(record(topic, time + 2 * HOUR, event(time)));
      } else if (i % 10 == 7) {
        records.add(new WithoutTime(topic, i % 20 == 7 ? event(time) : new byte[] {'x'}));
      } else {
        records.add(record(topic, time, event(time)));
      }
    }
    send(records);
    return RECORDS - 1;
  }

  @Test
  void aRecordArrivesAtTheSameWhereverItsReaderBegins() throws Exception {
    long last = manyTimes("resumed");
    List<SourceRecord> whole = readFrom("resumed", 0, 500, last);
    assertThat(whole.size(), is(RECORDS));
    long greatest = START + RECORDS * 100L + 5000;
    for (SourceRecord record : whole) {
      assertThat(record.arrivalWatermarkMillis(), lessThan(greatest));
    }
    for (long from : new long[] {1, 63, 700, 2049, 3210, 4999}) {
      assertSame(
          "from " + from, readFrom("resumed", from, 50, last), whole.subList((int) from, RECORDS));
    }
    assertSame("each by itself", readFrom("resumed", 4000, 1, last), whole.subList(4000, RECORDS));
  }

  @Test
  void soItDoesForAReaderThatGoesBack() throws Exception {
    long last = manyTimes("back");
    List<SourceRecord> whole = readFrom("back", 0, 500, last);
    TopicPartition partition = new TopicPartition("back", 0);
    try (ShortPollConsumer consumer = consumer(50)) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      List<SourceRecord> some = read(consumer, "back", 1600);
      int read = some.size();
      assertSame("at first", some, whole.subList(0, read));
      consumer.seek(partition, read - 1);
      consumer.seek(partition, read - 50);
      some = read(consumer, "back", 1700);
      assertSame("by a page", some, whole.subList(read - 50, read - 50 + some.size()));
      consumer.seek(partition, 77);
      some = read(consumer, "back", 200);
      assertSame("far", some, whole.subList(77, 77 + some.size()));
    }
  }

  /** Where it is not the first offset, nothing precedes it, on every runner. */
  @Test
  void theFirstRecordsOfALogArriveAtTheirOwnTimesWhereverItBegins() throws Exception {
    create("trimmed");
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      records.add(record("trimmed", START, event(START)));
    }
    for (int i = 0; i < 10; i++) {
      records.add(record("trimmed", START + HOUR, event(START - 100 * HOUR)));
    }
    send(records);
    TopicPartition partition = new TopicPartition("trimmed", 0);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(1000))).all().get();
    }
    List<SourceRecord> sought = readFrom("trimmed", 1000, 50, 1009);
    assertThat(
        sought.stream().map(SourceRecord::arrivalWatermarkMillis).distinct().toList(),
        contains(START + HOUR));
    try (ShortPollConsumer consumer = consumer(500)) {
      consumer.assign(List.of(partition));
      assertThat(consumer.position(partition), is(1000L));
      assertSame("without seeking", read(consumer, "trimmed", 1009), sought);
    }
  }

  @Test
  void aRecordWithoutATimeHasThatOfItsEvent() throws Exception {
    create("timeless");
    send(
        List.of(
            new WithoutTime("timeless", event(START + HOUR)),
            new WithoutTime("timeless", new byte[] {'x'}),
            new WithoutTime("timeless", event(START))));
    List<SourceRecord> records = readFrom("timeless", 0, 50, 2);
    assertThat(
        records.stream().map(SourceRecord::recordTimeMillis).toList(),
        contains(START + HOUR, START + HOUR, START));
    assertThat(
        records.stream().map(SourceRecord::arrivalWatermarkMillis).toList(),
        contains(START + HOUR, START + HOUR, START));
  }

  @Test
  void ofLargeRecordsFewerAreReadAgain() throws Exception {
    create("large");
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      records.add(record("large", START + i, new byte[100]));
    }
    send(records);
    TopicPartition partition = new TopicPartition("large", 0);
    Map<TopicPartition, PartitionClock> done = new HashMap<>();
    long deadline = System.nanoTime() + LONGEST_NANOS;
    try (ClockReplay history = new ClockReplay(config(), new RecordTimes(null), 20_000)) {
      while (!history.read(Map.of(partition, 2000L), done)) {
        assertThat("in time", System.nanoTime() - deadline < 0, is(true));
      }
    }
    PartitionClock clock = done.get(partition);
    assertThat(clock.next(), is(2000L));
    assertThat(clock.lastTime(), is(START + 1999));
    assertThat(clock.count(), lessThan(201L));
  }
}
