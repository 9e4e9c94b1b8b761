package io.millrace.cli.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.kafka.KafkaAddress;
import io.millrace.kafka.KafkaLog;
import io.millrace.kafka.consume.OffsetSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;

/**
 * A topic that the broker has compacted: most offsets hold no record, neither between the first and
 * the last record nor behind the last one, where a transaction was aborted.
 */
final class CompactedTopic {
  private static final int ROUNDS = 6;
  private static final int KEYS = 10;

  private final KafkaLog log;
  private final List<String> kept = new ArrayList<>();
  private final List<OffsetSpan> records = new ArrayList<>();

  /** Creates the topic and sends its records; the broker compacts it meanwhile. */
  CompactedTopic(KafkaTopics topics, String topic) throws Exception {
    log = new KafkaLog(KafkaAddress.parse("kafka://" + topics.servers() + "/" + topic));
    topics
        .admin()
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.BROKER, ""),
                List.of(
                    new AlterConfigOp(
                        // It looks for work every 15 seconds by default.
                        new ConfigEntry("log.cleaner.backoff.ms", "100"),
                        AlterConfigOp.OpType.SET))))
        .all()
        .get();
    topics.create(
        topic,
        1,
        Map.of(
            "cleanup.policy",
            "compact",
            "min.cleanable.dirty.ratio",
            "0.01",
            // Every batch begins a segment; the newest one is never compacted.
            "segment.bytes",
            "3000"));
    try (KafkaProducer<byte[], byte[]> producer =
        topics.producer(
            Map.of(
                "transactional.id",
                topic,
                "linger.ms",
                KafkaTopics.UNTIL_FLUSH,
                "batch.size",
                100_000))) {
      producer.initTransactions();
      for (int round = 0; round < ROUNDS; round++) {
        boolean last = round == ROUNDS - 1;
        producer.beginTransaction();
        send(producer, topic, "once-" + round, "compacted-once-" + round, true);
        for (int key = 0; key < KEYS; key++) {
          send(producer, topic, "key-" + key, "compacted-%d-%d".formatted(round, key), last);
        }
        producer.commitTransaction();
      }
      producer.beginTransaction();
      for (int key = 0; key < KEYS; key++) {
        send(producer, topic, "key-" + key, "compacted-aborted-" + key, false);
      }
      producer.flush();
      producer.abortTransaction();
    }
  }

  private void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, String id, boolean keep) {
    Future<RecordMetadata> unused =
        producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), KafkaTopics.event(id)));
    if (keep) {
      kept.add(id);
    }
  }

  /** Waits until the broker holds only the last record of each key; the ids of these. */
  List<String> awaitKept() {
    KafkaTopics.await(
        "compaction",
        () -> {
          records.clear();
          records.addAll(log.records(log.spans(null, null)));
          return records.stream().mapToLong(OffsetSpan::length).sum() == kept.size();
        });
    return kept;
  }

  /** The offsets without records between the first and the last record. */
  List<String> gaps() {
    List<String> gaps = new ArrayList<>();
    for (int i = 1; i < records.size(); i++) {
      OffsetSpan before = records.get(i - 1);
      gaps.add(before.part(before.to(), records.get(i).from()).toString());
    }
    return gaps;
  }
}
