package io.millrace.cli.init;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.MillraceCommand;
import io.millrace.cli.MillraceProcess;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init} from topics of a real broker. */
class InitFromKafkaIT {
  /** 2026-03-01T10:00:00Z in milliseconds: the time of the first event and record. */
  private static final long FIRST = 1_772_359_200_000L;

  @TempDir private static Path directory;
  private static LocalStack stack;

  @BeforeAll
  static void startStack() {
    stack = SharedStack.clean();
  }

  private static void send(String topic, int partitions, List<byte @Nullable []> values)
      throws Exception {
    stack.kafka().createTopic(topic, partitions);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < values.size(); i++) {
        RecordMetadata unused =
            producer
                .send(
                    new ProducerRecord<>(
                        topic, i % partitions, FIRST + i * 1000L, null, values.get(i)))
                .get();
      }
    }
  }

  private static byte[] event(int number) {
    return "{\"id\":\"e%d\",\"ts\":%d,\"n\":%d}"
        .formatted(number, 1_772_359_200_000L + number * 1000L, number)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static MillraceProcess.Result init(String topic, String... flags) {
    List<String> args =
        new ArrayList<>(List.of("init", "--from=kafka://" + stack.kafka().address() + "/" + topic));
    args.addAll(List.of(flags));
    return MillraceCommand.run(args.toArray(String[]::new));
  }

  private static JsonNode report(MillraceProcess.Result result) throws IOException {
    assertThat(result.err(), result.exitCode(), is(0));
    return new ObjectMapper().readTree(result.out());
  }

  @Test
  void theNewestRecordsOfEachPartitionWithoutATrace() throws Exception {
    send("init-newest", 3, IntStream.range(0, 300).mapToObj(InitFromKafkaIT::event).toList());
    List<String> before = groups();
    JsonNode report = report(init("init-newest", "--json", "--samples=30"));
    assertThat(report.path("decoded").asInt(), is(30));
    String yaml = report.path("yaml").textValue();
    // The newest ten of each partition are the numbers from 270 on, a second each.
    assertThat(yaml, containsString("from 2026-03-01T10:04:30Z to 2026-03-01T10:04:59Z"));
    assertThat(ContractLoader.parse(yaml, "y").identity(), is(List.of("id", "ts")));
    JsonNode all = report(init("init-newest", "--json", "--samples=1000"));
    assertThat(all.path("decoded").asInt(), is(300));

    assertThat(groups(), is(before));
  }

  private static List<String> groups() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
      return admin.listConsumerGroups().all().get().stream()
          .map(ConsumerGroupListing::groupId)
          .sorted()
          .toList();
    }
  }

  @Test
  void compressedValuesAndTombstones() throws Exception {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(event(1));
    }
    List<byte @Nullable []> values = new ArrayList<>();
    values.add(compressed.toByteArray());
    values.add(null);
    send("init-gzip", 1, values);
    JsonNode report = report(init("init-gzip", "--json"));
    assertThat(report.path("decoded").asInt(), is(1));
    assertThat(report.path("yaml").textValue(), containsString("compression: gzip"));
  }

  @Test
  void eventsThatWouldBeLateAreReported() throws Exception {
    send("init-old", 1, List.of(event(-7200), event(-7201)));
    assertThat(
        report(init("init-old", "--json")).path("unsure").toString(),
        containsString("the newest event is 2h older than the newest record"));
  }

  /** The printed commands take the contract and the topic as they are. */
  @Test
  void theContractRuns() throws Exception {
    send("init-run", 2, List.of(event(1), event(2), event(3), event(3)));
    Path out = directory.resolve("run.yaml");
    MillraceProcess.Result made = init("init-run", "--out=" + out);
    assertThat(made.err(), made.exitCode(), is(0));
    assertThat(Files.exists(out), is(true));
    String[] flags = {
      "--input=kafka://" + stack.kafka().address() + "/init-run",
      "--contract=" + out,
      "--output=clickhouse" + stack.clickHouse().address().substring("http".length()) + "/init_run"
    };
    MillraceProcess.Result check = MillraceCommand.run("check", flags[0], flags[1], flags[2]);
    assertThat(check.out() + check.err(), check.exitCode(), is(0));
    MillraceProcess.Result run =
        MillraceCommand.run("run", flags[0], flags[1], flags[2], "--untilCaughtUp");
    assertThat(run.err(), run.exitCode(), is(0));
    assertThat(run.out(), containsString("accepted 3 + error 0 + duplicate 1"));
  }

  private static void refused(MillraceProcess.Result result, String line) {
    assertThat(result.err(), result.exitCode(), is(2));
    assertThat(result.errLines(), hasSize(1));
    assertThat(result.err(), containsString(line));
  }

  @Test
  void whatCannotBeRead() {
    stack.kafka().createTopic("init-empty", 2);
    refused(init("init-empty"), "/init-empty holds no record; expected events");
    refused(init("init-none"), "topic `init-none` does not exist");
    refused(init("init-none"), "or correct --from");
    refused(
        MillraceCommand.run("init", "--from=kafka://127.0.0.1:1/t"),
        "cannot connect to Kafka at 127.0.0.1:1");
    refused(
        init("init-empty", "--kafkaIsolationLevel=none"),
        "--kafkaIsolationLevel: expected read_committed or read_uncommitted");
    refused(init("init-empty", "--kafkaConfig=none.properties"), "--kafkaConfig: ");
    refused(init("init-empty", "--pubsubEmulator=127.0.0.1:1"), "--pubsubEmulator: only for");
  }
}
