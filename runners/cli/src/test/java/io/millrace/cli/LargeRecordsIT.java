package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of 50 MB, half of them a byte too large for the contract, in the heap of every run. */
class LargeRecordsIT {
  private static final int BYTES = 50_000_000;
  private static final int LARGE = 12;
  private static final int SMALL = 60;

  @TempDir private static Path directory;

  private static byte[] event(int id, int bytes) {
    byte[] head =
        "{\"id\":\"%d\",\"at\":%d,\"text\":\""
            .formatted(id, System.currentTimeMillis())
            .getBytes(UTF_8);
    byte[] tail = "\"}".getBytes(UTF_8);
    byte[] event = new byte[bytes];
    Arrays.fill(event, (byte) 'x');
    System.arraycopy(head, 0, event, 0, head.length);
    System.arraycopy(tail, 0, event, bytes - tail.length, tail.length);
    return event;
  }

  private static void send(KafkaProducer<byte[], byte[]> producer) throws Exception {
    for (int i = 0; i < LARGE; i++) {
      producer.send(new ProducerRecord<>("large", event(i, BYTES + i % 2))).get();
      for (int n = 0; n < SMALL / LARGE; n++) {
        Future<RecordMetadata> unused =
            producer.send(new ProducerRecord<>("large", event(1_000 + 100 * i + n, 200)));
      }
    }
    producer.flush();
  }

  @Test
  void theyEndInOneOutcomeEach() throws Exception {
    Path contract = directory.resolve("large.yaml");
    Files.writeString(
        contract,
        """
        contract: large
        version: 1
        format: json
        limits: {max_bytes: %d}
        fields:
          id: {type: string, required: true}
          at: {type: timestamp, format: epoch_ms, required: true}
          text: {type: text}
        event_time: {field: at}
        identity: [id, at]
        unknown_fields: {column: extra, as: json}
        tables: {normal: {name: large}}
        """
            .formatted(BYTES));
    try (LocalStack stack =
        LocalStack.builder().dataDirectory(directory.resolve("stack")).start()) {
      String servers = stack.kafka().address();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
          KafkaProducer<byte[], byte[]> producer =
              new KafkaProducer<>(
                  Map.of(
                      "bootstrap.servers",
                      servers,
                      "max.request.size",
                      BYTES + 1_000_000,
                      "buffer.memory",
                      2L * BYTES),
                  new ByteArraySerializer(),
                  new ByteArraySerializer())) {
        admin
            .createTopics(
                List.of(
                    new NewTopic("large", 1, (short) 1)
                        .configs(Map.of("max.message.bytes", String.valueOf(BYTES + 1_000_000)))))
            .all()
            .get();
        send(producer);
      }
      String[] flags = {
        "--input=kafka://" + servers + "/large",
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/large",
        "--contract=" + contract
      };
      MillraceProcess.Result ran =
          MillraceProcess.run(
              Map.of(),
              List.of(
                  "-Xmx1600m", MillraceProcess.BOTH_COMPILERS, "-XX:-UseSerialGC", "-XX:+UseG1GC"),
              "run",
              "--untilCaughtUp",
              "--json",
              flags[0],
              flags[1],
              flags[2]);
      assertThat(ran.err(), ran.exitCode(), is(0));
      JsonNode balance = new ObjectMapper().readTree(ran.out());
      assertThat(ran.out(), balance.path("read").asInt(), is(LARGE + SMALL));
      assertThat(ran.out(), balance.path("accepted").asInt(), is(LARGE / 2 + SMALL));
      assertThat(ran.out(), balance.path("dead").asInt(), is(LARGE / 2));
      assertThat(
          stack
              .clickHouse()
              .query(
                  "SELECT length(text) > 1000, count() FROM large.large_exact GROUP BY 1 ORDER BY 1")
              .strip(),
          is("0\t" + SMALL + "\n1\t" + LARGE / 2));
      assertThat(
          stack
              .clickHouse()
              .query(
                  "SELECT code, length(value), count() FROM large.large_dead_exact GROUP BY 1, 2")
              .strip(),
          is("too_large\t" + (BYTES + 1) + "\t" + LARGE / 2));
      MillraceProcess.Result audit = MillraceProcess.run("audit", flags[0], flags[1], flags[2]);
      assertThat(audit.out() + audit.err(), audit.exitCode(), is(0));
    }
  }
}
