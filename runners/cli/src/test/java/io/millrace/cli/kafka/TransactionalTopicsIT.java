package io.millrace.cli.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.TransactionMarks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Committed, aborted and open transactions of two producers, interleaved over several partitions;
 * and partitions that hold nothing else than an open or an aborted one.
 */
class TransactionalTopicsIT {
  private static final int PARTITIONS = 3;
  private static final int EACH = 10;

  @RegisterExtension private static final KafkaTopics topics = new KafkaTopics();

  private static KafkaProducer<byte[], byte[]> producer(String id) {
    KafkaProducer<byte[], byte[]> producer =
        topics.producer(
            Map.of(
                "transactional.id",
                id,
                // One batch for each record or two, so that those of several producers alternate.
                "batch.size",
                300,
                // The broker aborts an open one after this time, which must not pass.
                "transaction.timeout.ms",
                600_000));
    producer.initTransactions();
    return producer;
  }

  private static String id(String kind, int partition, int number) {
    return "%s-%d-%03d".formatted(kind, partition, number);
  }

  /** The ids of a kind in these partitions. */
  private static Stream<String> ids(String kind, int... partitions) {
    return IntStream.of(partitions)
        .boxed()
        .flatMap(p -> IntStream.range(0, EACH).mapToObj(i -> id(kind, p, i)));
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String kind, int i, int partitions) {
    for (int p = 0; p < partitions; p++) {
      KafkaTopics.send(producer, topic, p, id(kind, p, i));
    }
  }

  private static List<String> rows(Collection<String> ids) {
    return ids.stream().map(KafkaTopics::row).toList();
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatWasCommittedIsAnEvent(KafkaReader reader) throws Exception {
    String topic = reader.own("transactions");
    String onlyOpen = reader.own("only-open");
    String onlyAborted = reader.own("only-aborted");
    topics.create(topic, PARTITIONS, Map.of());
    topics.create(onlyOpen, 1, Map.of());
    topics.create(onlyAborted, 1, Map.of());
    String input = topics.input(topic, onlyOpen, onlyAborted);
    String database = reader.own("committed");
    try (KafkaProducer<byte[], byte[]> first = producer(reader.own("first"));
        KafkaProducer<byte[], byte[]> second = producer(reader.own("second"))) {
      first.beginTransaction();
      second.beginTransaction();
      for (int i = 0; i < EACH; i++) {
        send(first, topic, "committed", i, PARTITIONS);
        send(second, topic, "aborted", i, PARTITIONS);
        send(second, onlyAborted, "nothing", i, 1);
        first.flush();
        second.flush();
      }
      first.commitTransaction();
      second.abortTransaction();
      // Open in all partitions but the last, and more behind it that is committed.
      second.beginTransaction();
      first.beginTransaction();
      for (int i = 0; i < EACH; i++) {
        send(second, topic, "open", i, PARTITIONS - 1);
        send(second, onlyOpen, "alone", i, 1);
        second.flush();
        send(first, topic, "behind", i, PARTITIONS);
        first.flush();
      }
      first.commitTransaction();
      // What is behind an open transaction is not read; in the last partition there is none.
      TransactionMarks.await(topics.admin(), new TopicPartition(topic, PARTITIONS - 1));

      TreeSet<String> expected = new TreeSet<>();
      ids("committed", 0, 1, 2).forEach(expected::add);
      ids("behind", 2).forEach(expected::add);
      JsonNode balance = topics.run(reader, input, database);
      assertThat(balance.path("read").asInt(), is(expected.size()));
      assertThat(balance.path("accepted").asInt(), is(expected.size()));
      assertThat(topics.rows(database), is(rows(expected)));
      JsonNode audit = topics.audit(true, input, database);
      assertThat(audit.path("outcomes").path("read").asInt(), is(expected.size()));

      readUncommitted(reader, input);

      second.commitTransaction();
      List<String> later = new ArrayList<>();
      ids("open", 0, 1).forEach(later::add);
      ids("alone", 0).forEach(later::add);
      ids("behind", 0, 1).forEach(later::add);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        TransactionMarks.await(topics.admin(), new TopicPartition(topic, partition));
      }
      TransactionMarks.await(topics.admin(), new TopicPartition(onlyOpen, 0));
      assertThat(
          topics.audit(false, input, database).path("without_outcome").asInt(), is(later.size()));

      expected.addAll(later);
      balance = topics.run(reader, input, database);
      assertThat(balance.path("read").asInt(), is(expected.size()));
      assertThat(topics.rows(database), is(rows(expected)));
      audit = topics.audit(true, input, database);
      assertThat(audit.path("outcomes").path("read").asInt(), is(expected.size()));
    }
  }

  /** Everything, also what was aborted or is still open. */
  private static void readUncommitted(KafkaReader reader, String input) throws Exception {
    String database = reader.own("uncommitted");
    String all = "--kafkaIsolationLevel=read_uncommitted";
    int records = EACH * (3 * PARTITIONS + (PARTITIONS - 1) + 2);
    JsonNode balance = topics.run(reader, input, database, all);
    assertThat(balance.path("read").asInt(), is(records));
    JsonNode audit = topics.audit(true, input, database, all);
    assertThat(audit.path("outcomes").path("read").asInt(), is(records));
    assertThat(
        topics.query(
            "SELECT countIf(id LIKE 'aborted%'), countIf(id LIKE 'open%') FROM "
                + database
                + ".events_exact"),
        is(EACH * PARTITIONS + "\t" + EACH * (PARTITIONS - 1) + "\n"));
  }
}
