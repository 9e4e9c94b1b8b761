package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that ends when it has caught up, where offsets are not records and more keeps coming. */
class CatchUpIT {
  private static final String TOPIC = "transactional";
  private static final int COMMITTED = 300;
  private static final int ABORTED = 100;

  @TempDir private static Path directory;

  private int sent;

  private void send(KafkaProducer<byte[], byte[]> producer, int count) {
    for (int i = 0; i < count; i++) {
      String event = "{\"id\":\"%d\",\"at\":%d}".formatted(sent++, System.currentTimeMillis());
      Future<RecordMetadata> unused =
          producer.send(new ProducerRecord<>(TOPIC, event.getBytes(UTF_8)));
    }
    producer.flush();
  }

  private static KafkaProducer<byte[], byte[]> producer(
      String servers, Map<String, Object> settings) {
    Map<String, Object> config = new HashMap<>(settings);
    config.put("bootstrap.servers", servers);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Test
  void aTransactionalTopicIsCaughtUpBesideALiveProducer() throws Exception {
    Path contract = directory.resolve("small.yaml");
    Files.writeString(
        contract,
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
        """);
    AtomicBoolean stopped = new AtomicBoolean();
    LocalStack stack = SharedStack.clean();
    try (KafkaProducer<byte[], byte[]> transactions =
            producer(stack.kafka().address(), Map.of("transactional.id", "some"));
        KafkaProducer<byte[], byte[]> live = producer(stack.kafka().address(), Map.of())) {
      stack.kafka().createTopic(TOPIC, 2);
      transactions.initTransactions();
      transactions.beginTransaction();
      send(transactions, COMMITTED);
      transactions.commitTransaction();
      transactions.beginTransaction();
      send(transactions, ABORTED);
      transactions.abortTransaction();
      String[] flags = {
        "--input=kafka://" + stack.kafka().address() + "/" + TOPIC,
        "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/caught_up",
        "--contract=" + contract
      };
      assertThat(accepted(flags), equalTo(COMMITTED));
      MillraceProcess.Result audit = MillraceCommand.run("audit", flags[0], flags[1], flags[2]);
      assertThat(audit.out() + audit.err(), audit.exitCode(), is(0));

      // One more, and records that keep coming
      transactions.beginTransaction();
      send(transactions, 1);
      transactions.commitTransaction();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafka().address()))) {
        TransactionMarks.await(admin, new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));
      }
      Thread producing =
          new Thread(
              () -> {
                while (!stopped.get()) {
                  send(live, 50);
                }
              });
      producing.start();
      try {
        assertThat(accepted(flags) > COMMITTED, is(true));
      } finally {
        stopped.set(true);
        producing.join();
      }
    }
  }

  /** Runs until all is read, and tells how many events were accepted. */
  private static int accepted(String... flags) throws Exception {
    MillraceProcess.Result ran =
        MillraceCommand.run("run", "--untilCaughtUp", "--json", flags[0], flags[1], flags[2]);
    assertThat(ran.err(), ran.exitCode(), is(0));
    JsonNode balance = new ObjectMapper().readTree(ran.out());
    assertThat(ran.out(), balance.path("balanced").asBoolean(), is(true));
    assertThat(ran.out(), balance.path("read").asInt(), equalTo(balance.path("accepted").asInt()));
    return balance.path("accepted").asInt();
  }
}
