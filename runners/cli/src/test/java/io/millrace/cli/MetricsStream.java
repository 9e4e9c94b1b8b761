package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.local.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Events of a contract with a filter, a look-up and a roll-up, in two partitions, and what must
 * become of them: computed from the numbers of the events alone.
 */
final class MetricsStream {
  static final int USERS = 7;
  static final String LOOKED_UP = "users";

  /** All tables but that of the roll-up. */
  static final List<String> TABLES =
      List.of("visits", "visits_error", "visits_late", "visits_dead", "audit");

  private static final int PARTITIONS = 2;
  private static final long HOURS = 3600;

  private final LocalStack stack;
  private final String topic;
  private final Instant base;

  MetricsStream(LocalStack stack, String topic) throws Exception {
    this.stack = stack;
    this.topic = topic;
    this.base = Instant.now().minusSeconds(60);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
    }
    // Only the leader responds. Before there is one, it may take a producer's second batch but not
    // its first, which fails then, because its sequence numbers come too late.
    for (String partition : partitions()) {
      long unused = end(partition);
    }
  }

  /** What becomes of an event by its number. */
  enum End {
    ACCEPTED,
    ERROR,
    LATE,
    FILTERED,
    /** Decoding rejects it. */
    WRONG_TYPE,
    /** The table rejects its row. */
    REJECTED
  }

  static End end(int number) {
    if (number % 20 == 3) {
      return End.WRONG_TYPE;
    }
    if (number % 5 == 0) {
      return End.FILTERED;
    }
    if (number % 11 == 1) {
      return End.LATE;
    }
    if (number % 50 == 49) {
      return End.REJECTED;
    }
    return number % 7 == 6 ? End.ERROR : End.ACCEPTED;
  }

  /** How often an event is sent. */
  static int copies(int number) {
    // The engine collapses equal rows of late events within an INSERT.
    return number % 9 < 2 && end(number) != End.LATE ? 2 : 1;
  }

  /** The sum over events of how often something is sent. */
  static long sent(int from, int to, Set<End> ends) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += ends.contains(end(i)) ? copies(i) : 0;
    }
    return sum;
  }

  /** The number of different events. */
  static long different(int from, int to, End end) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += end(i) == end ? 1 : 0;
    }
    return sum;
  }

  /** Events without a row in the look-up, sent or repeated. */
  static long withoutUser(int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += end(i) != End.WRONG_TYPE && i % (USERS + 1) == 0 ? copies(i) : 0;
    }
    return sum;
  }

  /** Creates the tables, one of which rejects some rows. */
  void createTables(List<String> flags, String database) {
    MillraceProcess.Result created =
        MillraceCommand.run(
            "migrate", flags.stream().filter(flag -> !flag.startsWith("--input")).toList());
    assertThat(created.out() + created.err(), created.exitCode(), is(0));
    stack
        .clickHouse()
        .query("ALTER TABLE " + database + ".visits ADD CONSTRAINT usual CHECK kind != 'odd'");
  }

  /** Sends the events with these numbers. */
  void send(int from, int to) throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = from; i < to; i++) {
        End end = end(i);
        String event =
            "{\"id\": %s, \"at\": \"%s\", \"kind\": \"%s\", \"user\": %d, \"size\": %d}"
                .formatted(
                    end == End.WRONG_TYPE ? "\"x\"" : i,
                    base.minusSeconds(end == End.LATE ? 5 * HOURS : 0).minusMillis(i),
                    end == End.FILTERED ? "ping" : end == End.REJECTED ? "odd" : "visit",
                    i % (USERS + 1),
                    end == End.ERROR ? 6 : 1);
        for (int copy = 0; copy < copies(i); copy++) {
          sent.add(
              producer.send(
                  new ProducerRecord<>(topic, i % PARTITIONS, null, event.getBytes(UTF_8))));
        }
      }
      // A batch may fail, which nothing else tells.
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    }
  }

  List<String> flags(Path directory, String clickHouse, String database) throws IOException {
    StringBuilder users = new StringBuilder("id,country\n");
    for (int user = 1; user <= USERS; user++) {
      users.append(user).append(",DE\n");
    }
    Path file = Files.writeString(directory.resolve("users.csv"), users.toString());
    Path contract =
        Files.writeString(
            directory.resolve("contract.yaml"),
            """
            contract: visits
            version: 4
            fields:
              id:   {type: int64, required: true}
              at:   {type: timestamp, required: true}
              kind: {type: string, default: ""}
              user: {type: int64}
              size: {type: int32}
            event_time: {field: at, allowed_lateness: 1h, out_of_orderness: 10s}
            identity: [id, at]
            lookups:
              users: {from: "%s", key: user, key_column: id, columns: [country]}
            error: size == 6
            filter:
              pings: kind == 'ping'
            tables: {normal: {name: visits}}
            rollups:
              visits_per_hour:
                window: {fixed: 1h}
                early: 1s
                group_by: [kind]
                measures: {visits: {type: count}}
            """
                .formatted(file.toUri()));
    return List.of(
        "--input=kafka://" + stack.kafka().address() + "/" + topic,
        "--output=clickhouse://" + clickHouse + "/" + database,
        "--contract=" + contract,
        "--maxBatchAge=1s");
  }

  /** The offset after the last record of a partition. */
  long end(String partition) throws Exception {
    TopicPartition asked = new TopicPartition(topic, Integer.parseInt(partition));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      return admin
          .listOffsets(Map.of(asked, OffsetSpec.latest()))
          .partitionResult(asked)
          .get()
          .offset();
    }
  }

  /** The offset after the last record, by partition. */
  Map<String, Double> ends() throws Exception {
    Map<String, Double> ends = new TreeMap<>();
    for (String partition : partitions()) {
      ends.put(partition, (double) end(partition));
    }
    return ends;
  }

  static List<String> partitions() {
    return List.of("0", "1");
  }
}
