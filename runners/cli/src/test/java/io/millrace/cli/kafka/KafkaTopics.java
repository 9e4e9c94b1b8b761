package io.millrace.cli.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.kafka.LocalKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Topics of the shared broker, small events for them, and Millrace's commands over them. Registered
 * as an extension of a test, it begins with a clean stack.
 */
final class KafkaTopics implements BeforeAllCallback, AfterAllCallback {
  /** For {@code linger.ms}: a batch is sent when its producer flushes, and not before. */
  static final int UNTIL_FLUSH = 60_000;

  private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();
  private static final long PAUSE_NANOS = Duration.ofMillis(150).toNanos();
  private static final String CONTRACT =
      """
      contract: small
      version: 1
      format: json
      fields:
        id: {type: string, required: true}
        at: {type: timestamp, format: epoch_ms, required: true}
        text: {type: text}
      event_time: {field: at, max_ahead: 1h}
      identity: [id, at]
      unknown_fields: {column: extra, as: json}
      tables: {normal: {name: events}, dead_letters: {name: dead}}
      """;

  private LocalStack stack;
  private Path contract;
  private Admin admin;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    stack = SharedStack.clean();
    contract = Files.writeString(Files.createTempFile("small", ".yaml"), CONTRACT);
    admin = Admin.create(Map.of("bootstrap.servers", servers()));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (admin != null) {
      admin.close();
      Files.delete(contract);
    }
  }

  LocalStack stack() {
    return stack;
  }

  String servers() {
    return stack.kafka().address();
  }

  Admin admin() {
    return admin;
  }

  void create(String topic, int partitions, Map<String, String> settings) throws Exception {
    admin
        .createTopics(
            List.of(
                new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(settings)))
        .all()
        .get();
    LocalKafka.awaitLeaders(admin, topic, partitions);
  }

  boolean exists(String topic) {
    try {
      return admin.listTopics().names().get().contains(topic);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> config = new HashMap<>(settings);
    config.put("bootstrap.servers", servers());
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Sends an event of this id without a key; the caller flushes or commits. */
  static void send(KafkaProducer<byte[], byte[]> producer, String topic, int partition, String id) {
    Future<RecordMetadata> unused =
        producer.send(new ProducerRecord<>(topic, partition, null, event(id)));
  }

  /** An event of now whose text follows from its id, see {@link #row}. */
  static byte[] event(String id) {
    return "{\"id\":\"%s\",\"at\":%d,\"text\":\"%s\"}"
        .formatted(id, System.currentTimeMillis(), text(id))
        .getBytes(UTF_8);
  }

  private static String text(String id) {
    return ("text of " + id + " ").repeat(5);
  }

  /** The row of an event. */
  static String row(String id) {
    return id + "\t" + text(id);
  }

  /** The rows of the view that shows each accepted event once, sorted, see {@link #row}. */
  List<String> rows(String database) {
    return query("SELECT id, text FROM " + database + ".events_exact ORDER BY id").lines().toList();
  }

  String query(String sql) {
    return stack.clickHouse().query(sql);
  }

  String input(String... topics) {
    return "--input=kafka://" + servers() + "/" + String.join(",", topics);
  }

  List<String> flags(String input, String database) {
    return List.of(
        input,
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database,
        "--contract=" + contract);
  }

  /** Runs until all is read and returns the balance, which must be one. */
  JsonNode run(KafkaReader reader, String input, String database, String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of("run", "--untilCaughtUp", "--json"));
    args.add("--maxBatchAge=1s");
    args.addAll(flags(input, database));
    args.addAll(reader.flags());
    args.addAll(Arrays.asList(more));
    MillraceProcess.Result ran = MillraceCommand.run(args.toArray(String[]::new));
    assertThat(ran.err(), ran.exitCode(), is(0));
    JsonNode balance = new ObjectMapper().readTree(ran.out());
    assertThat(ran.out(), balance.path("balanced").asBoolean(), is(true));
    return balance;
  }

  /** The audit's report; {@code ok} is what it must say of itself. */
  JsonNode audit(boolean ok, String input, String database, String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of("audit", "--json"));
    args.addAll(flags(input, database));
    args.addAll(Arrays.asList(more));
    MillraceProcess.Result audit = MillraceCommand.run(args.toArray(String[]::new));
    assertThat(audit.out() + audit.err(), audit.exitCode(), is(ok ? 0 : 1));
    return new ObjectMapper().readTree(audit.out());
  }

  static void await(String what, BooleanSupplier condition) {
    await(() -> what, condition);
  }

  /**
   * Waits for a condition.
   *
   * @param what describes the condition, and what is there instead
   */
  static void await(Supplier<String> what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not in time: " + what.get());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
