package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.audit.AuditDamage;
import io.millrace.event.Outcome;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.fault.Fault;
import io.millrace.local.fault.FaultProxy;
import io.millrace.local.fault.FaultProxy.Injection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that hold a thousand events: bad, repeated and late ones have their own outcome, and the
 * audit knows each; after a kill, and after dead ones were mended and sent again.
 */
class ManyEventsIT {
  private static final String CONTRACT = MillraceProcess.contract("telegraf.yaml");
  private static final int ODD = TelegrafBatches.ODD;

  @TempDir private static Path directory;
  private final TelegrafBatches batches = TelegrafBatches.ofTheLastHour();
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = SharedStack.clean();
  }

  private static String kafka(String topic) {
    return "kafka://" + stack.kafka().address() + "/" + topic;
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", stack.kafka().address(), "max.request.size", 10_000_000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static List<String> flags(String topic, String database) {
    return List.of(
        "--input=" + kafka(topic),
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + database,
        CONTRACT);
  }

  private static String[] command(String name, List<String> flags, String... more) {
    List<String> args = new ArrayList<>(List.of(name, "--json"));
    args.addAll(flags);
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private static JsonNode json(MillraceProcess.Result result) throws Exception {
    assertThat(result.out() + result.err(), result.exitCode(), is(0));
    return new ObjectMapper().readTree(result.out());
  }

  private static void expect(
      JsonNode counts, long records, long accepted, long duplicate, long late, long dead) {
    assertThat(counts.toString(), counts.path("read").asLong(), is(records));
    assertThat(
        counts.toString(), counts.path("events").asLong(), is(accepted + duplicate + late + dead));
    Map<Outcome, Long> expected =
        Map.of(
            Outcome.ACCEPTED,
            accepted,
            Outcome.ERROR,
            0L,
            Outcome.DUPLICATE,
            duplicate,
            Outcome.LATE,
            late,
            Outcome.DEAD,
            dead);
    expected.forEach(
        (outcome, count) ->
            assertThat(counts.toString(), counts.path(outcome.label()).asLong(), is(count)));
  }

  private static String query(String sql) {
    return stack.clickHouse().query(sql).strip();
  }

  @Test
  void everyElementHasItsOutcome() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      batches.send(producer, "many", 3);
      for (String odd : List.of("{\"metrics\":[]}", "{\"metrics\":[{\"name\":", "{}")) {
        producer.send(new ProducerRecord<>("many", 0, null, odd.getBytes(UTF_8))).get();
      }
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      admin.createTopics(List.of(new NewTopic("many-dead", 1, (short) 1))).all().get();
    }
    List<String> flags = flags("many", "many");
    String dead = "--deadLetters=table," + kafka("many-dead");

    MillraceProcess.Result run =
        MillraceCommand.run(command("run", flags, "--untilCaughtUp", dead));

    JsonNode balance = json(run);
    expect(balance, 7, 1 + 3 * 970, 3 * ODD, 3 * ODD, 3 * ODD + 1);
    assertThat(balance.path("balanced").asBoolean(), is(true));
    assertThat(balance.path("empty_records").asInt(), is(2));
    JsonNode audit = json(MillraceCommand.run(command("audit", flags, dead)));
    expect(audit.path("outcomes"), 7, 1 + 3 * 970, 3 * ODD, 3 * ODD, 3 * ODD + 1);
    assertThat(
        query(
            "SELECT element, elements, value FROM many.telegraf_dead_letters_exact WHERE offset = 2"
                + " AND element = 100"),
        is(
            "100\t1000\t{\"name\":\"m100\",\"tags\":{\"host\":\"h2\"},\"fields\":\"no fields\","
                + "\"timestamp\":"
                + (batches.start() + 2)
                + "}"));
    assertThat(
        query("SELECT count(), countIf(elements = 1) FROM many.telegraf_dead_letters_exact"),
        is("31\t1"));

    replayMended();
    missingElementsAreFound(flags, dead);
  }

  /** Sends the dead elements to another topic, mended, with the headers that they have. */
  private static void replayMended() throws Exception {
    int mended = 0;
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (ConsumerRecord<byte[], byte[]> letter :
          TopicRecords.of(stack.kafka().address(), "many-dead")) {
        String value = new String(letter.value(), UTF_8);
        if (value.contains(TelegrafBatches.BAD)) {
          byte[] bytes = value.replace(TelegrafBatches.BAD, "{\"v\":1}").getBytes(UTF_8);
          // Not of today: the events would be late.
          String recordTime =
              new String(
                  letter.headers().lastHeader("millrace-dead-letter-record-time").value(), UTF_8);
          long time = Instant.parse(recordTime).toEpochMilli();
          producer
              .send(new ProducerRecord<>("mended", 0, time, null, bytes, letter.headers()))
              .get();
          mended++;
        }
      }
    }
    assertThat(mended, is(3 * ODD));

    List<String> flags = flags("mended", "many");
    expect(
        json(MillraceCommand.run(command("run", flags, "--untilCaughtUp"))),
        3 * ODD,
        3 * ODD,
        0,
        0,
        0);
    assertThat(
        query("SELECT count() FROM many.telegraf_metrics_exact"), is(String.valueOf(1 + 3 * 980)));
    List<String> both = new ArrayList<>(flags("many,mended", "many"));
    expect(
        json(MillraceCommand.run(command("audit", both))).path("outcomes"),
        7 + 3 * ODD,
        1 + 3 * 980,
        3 * ODD,
        3 * ODD,
        3 * ODD + 1);
  }

  private static void missingElementsAreFound(List<String> flags, String dead) throws Exception {
    AuditDamage.forget(
        statement -> stack.clickHouse().query(statement),
        "many.telegraf_audit",
        "offset = 1 AND element IN (0, 7) AND topic = 'many'");

    MillraceProcess.Result audit = MillraceCommand.run(command("audit", flags, dead));

    assertThat(audit.exitCode(), is(1));
    JsonNode report = new ObjectMapper().readTree(audit.out());
    assertThat(report.path("without_outcome").asInt(), is(2));
    assertThat(report.path("without_outcome_at").get(0).asText(), is("many/0@1: 2 events"));
    assertThat(report.path("outcomes").path("read").asInt(), is(7));
    MillraceProcess.Result text =
        MillraceCommand.run(
            command("audit", flags, dead)[0], flags.get(0), flags.get(1), flags.get(2), dead);
    assertThat(
        text.out(), containsString("read 7 records (2 empty): events 3,002 ≠ accepted 2,910"));
  }

  /** Flink, embedded: killed under way, it goes on from its checkpoint. */
  @Test
  void afterAKillEveryElementIsThereOnce() throws Exception {
    int records = 100;
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      batches.send(producer, "killed", records);
    }
    List<String> flags = flags("killed", "killed");
    long before;
    try (FaultProxy proxy = FaultProxy.before(stack.clickHouse().address())) {
      // However late this test sees the first outcomes, the run has not come to its end.
      Injection rest =
          proxy.inject(
              request -> request.insertsInto().isPresent() && audited() > 0, Fault.status(503));
      String[] run =
          command(
              "run",
              List.of(flags.get(0), "--output=clickhouse://" + proxy.address() + "/killed"),
              CONTRACT,
              "--state=" + directory.resolve("state"),
              "--checkpointingInterval=500",
              "--maxBatchAge=1s",
              "--untilCaughtUp");
      try (RunningCommand running = new RunningCommand(run)) {
        running.await("outcomes", () -> audited() > 0);
      }
      before = audited();
      rest.lift();

      json(MillraceCommand.run(run));
    }

    assertThat("it was killed under way", before < (long) records * TelegrafBatches.METRICS);
    expect(
        json(MillraceCommand.run(command("audit", flags))).path("outcomes"),
        records + 1,
        1 + records * 970L,
        (long) records * ODD,
        (long) records * ODD,
        (long) records * ODD);
  }

  private static long audited() {
    return TableRows.count(stack, "killed.telegraf_audit");
  }
}
