package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.github.luben.zstd.Zstd;
import io.millrace.flink.client.FlinkJarRun;
import io.millrace.flink.client.FlinkJob;
import io.millrace.flink.client.FlinkJobJar;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import io.millrace.local.flink.LocalFlinkCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Formats whose decoders need libraries, by the job jar on a cluster: the jar must hold the
 * libraries, and the contract what its files say. Other formats have nothing more in a jar.
 */
class FormatsOnFlinkIT {
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final String SCHEMA =
      """
      {"type": "record", "name": "Reading", "fields": [
        {"name": "sensor", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "value", "type": ["null", "double"]},
        {"name": "unit", "type": "string"}]}
      """;

  @TempDir private static Path directory;
  private static LocalStack stack;
  private static LocalFlinkCluster cluster;
  private static String jar;

  @BeforeAll
  static void start() throws Exception {
    stack = SharedStack.clean();
    cluster =
        LocalFlinkCluster.builder()
            .dataDirectory(directory.resolve("flink"))
            .taskManagers(1)
            .slots(1)
            .start();
    jar = cluster.rest().upload(FlinkJobJar.find(MillraceProcess.root()));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static void send(String topic, List<byte[]> records) throws Exception {
    stack.kafka().createTopic(topic, 1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (byte[] record : records) {
        producer.send(new ProducerRecord<>(topic, record)).get();
      }
    }
  }

  /** Runs a job over a topic, named as its database, until the audit holds so many rows. */
  private static void run(String topic, String contract, int events) throws Exception {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--input=kafka://" + stack.kafka().address() + "/" + topic,
                "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + topic,
                contract,
                "--allowedLateness=3650d",
                "--maxBatchAge=1s"));
    FlinkJob job =
        cluster.rest().run(jar, FlinkJarRun.of(FlinkJobJar.MAIN, flags).withParallelism(1));
    job.awaitRunning(LONGEST);
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (TableRows.count(stack, topic + ".audit_exact") < events) {
      assertThat("in time: " + topic, System.nanoTime() - deadline < 0);
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
    job.cancel();
  }

  private static String query(String sql) {
    return stack.clickHouse().query(sql).strip();
  }

  private static byte[] avro(String sensor, long at, Double value) throws IOException {
    Schema schema = new Schema.Parser().parse(SCHEMA);
    GenericRecord record = new GenericData.Record(schema);
    record.put("sensor", sensor);
    record.put("at", at);
    record.put("value", value);
    record.put("unit", "C");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  @Test
  void avroByASchemaFileCompressedByZstandard() throws Exception {
    Files.writeString(directory.resolve("reading.avsc"), SCHEMA);
    Path contract =
        Files.writeString(
            directory.resolve("readings.yaml"),
            """
            contract: readings
            version: 1
            format: {type: avro, schema: reading.avsc}
            compression: zstd
            fields:
              sensor: {type: string, required: true}
              at: {type: timestamp, required: true}
              value: {type: float64}
            event_time: {field: at}
            identity: [sensor, at]
            unknown_fields: {column: extra, as: json}
            tables: {normal: {name: readings}}
            """);
    long now = Instant.now().toEpochMilli();
    send(
        "avro",
        List.of(
            Zstd.compress(avro("a", now, 1.5)),
            Zstd.compress(avro("b", now, null)),
            "no frame".getBytes(UTF_8)));

    run("avro", "--contract=" + contract, 3);

    assertThat(
        query("SELECT sensor, value, extra FROM avro.readings_exact ORDER BY sensor"),
        is("a\t1.5\t{\"unit\":\"C\"}\nb\t\\N\t{\"unit\":\"C\"}"));
    assertThat(query("SELECT code FROM avro.readings_dead_exact"), is("corrupt_compression"));
  }
}
