package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Records of Telegraf that hold many metrics, of which some in each are bad, some are repeated and
 * some are late.
 *
 * @param start the second in which the first metric happened; each record is a second later
 */
record TelegrafBatches(long start) {
  /** Metrics in a record. */
  static final int METRICS = 1_000;

  /** How many of them are bad; as many are repeated, and as many late. */
  static final int ODD = 10;

  /** The value of the fields of a bad metric. */
  static final String BAD = "\"no fields\"";

  private static final int LATE_BY_SECONDS = 7_200;

  /**
   * Batches of the last hour, because the server deletes rows that are older than a table's TTL.
   */
  static TelegrafBatches ofTheLastHour() {
    return new TelegrafBatches(Instant.now().minus(Duration.ofHours(1)).getEpochSecond());
  }

  /** Sends batches to partition 0 of a topic, after a first record, of one metric. */
  void send(KafkaProducer<byte[], byte[]> producer, String topic, int batches) {
    for (int number = 0; number <= batches; number++) {
      String json =
          number == 0 ? "{\"metrics\":[" + metric(0, 0, start, "{\"v\":1}") + "]}" : batch(number);
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(
                  topic, 0, (start + number) * 1_000, null, json.getBytes(UTF_8), List.of()));
    }
    producer.flush();
  }

  /** Each tenth of a record begins with a bad, a late and, at its end, a repeated metric. */
  private String batch(int number) {
    StringBuilder json = new StringBuilder(200 * METRICS).append("{\"metrics\":[");
    int step = METRICS / ODD;
    for (int i = 0; i < METRICS; i++) {
      int kind = i % step;
      long second = start + number - (kind == 1 ? LATE_BY_SECONDS : 0);
      int name = kind == step - 1 ? i - 1 : i;
      String fields = kind == 0 ? BAD : "{\"v\":" + name + "}";
      json.append(i == 0 ? "" : ",").append(metric(number, name, second, fields));
    }
    return json.append("]}").toString();
  }

  private static String metric(int batch, int number, long second, String fields) {
    return "{\"name\":\"m%d\",\"tags\":{\"host\":\"h%d\"},\"fields\":%s,\"timestamp\":%d}"
        .formatted(number, batch, fields, second);
  }
}
