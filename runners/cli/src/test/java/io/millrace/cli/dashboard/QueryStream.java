package io.millrace.cli.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.cli.MillraceProcess;
import io.millrace.local.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Query events of the last 50 minutes, seeded: with errors, duplicates, late, filtered and dead
 * ones, and one database whose queries begin to fail.
 */
final class QueryStream {
  static final String TOPIC = "queries";
  static final String DATABASE = "dash-board";

  /** Bytes that a page must show and not interpret. */
  static final String MARKUP = "{\"query_id\":\"<img src=x onerror=alert(1)>\",";

  private static final List<String> DATABASES =
      List.of("sales", "billing", "search", "reports", "ml", "ops", "web", "geo", "archive", "tmp");
  private static final long RANGE_MILLIS = 50 * 60_000L;
  private static final long HOURS = 3_600_000L;

  private final LocalStack stack;
  private final Random random = new Random(7);
  private long number;
  private long records;

  QueryStream(LocalStack stack) {
    this.stack = stack;
    stack.kafka().createTopic(TOPIC, 2);
  }

  /** The number of records so far; some events are sent twice. */
  long records() {
    return records;
  }

  String input() {
    return "--input=kafka://" + stack.kafka().address() + "/" + TOPIC;
  }

  String output() {
    return "--output=clickhouse" + stack.clickHouse().address().substring(4) + "/" + DATABASE;
  }

  /** The shipped contract with a filter, roll-ups of groups and sessions, and alerts. */
  static Path contract(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("query-events.yaml"),
        Files.readString(MillraceProcess.root().resolve("test-data/contracts/query-events.yaml"))
            + """
              by_type:
                window: {fixed: 1m}
                early: 1s
                group_by: [database_name, event_type]
                measures:
                  slowest: {type: max, field: duration_ms}
                  rows_affected: {type: sum, field: rows_affected}
                  duration: {type: quantiles, field: duration_ms, at: [0.5, 0.99]}
              sessions_of_databases:
                window: {session: 3m}
                early: 1s
                group_by: [database_name]
                measures:
                  users: {type: distinct, field: user_id}
            filter:
              pings: query_text == 'SELECT 1'
            alerts:
              errors_of_database:
                on: error_rate_by_database
                when: error_rate > 0.2
                summary: "{error_rate * 100.0} % of {events} queries failed in {database_name}"
              slow_queries:
                on: query_duration
                when: duration_ms_p99 > 100000.0
              no_queries:
                on: error_rate_by_database
                absent_for: 30m
            """);
  }

  /** Sends records that arrive over the last 50 minutes, or now. */
  void send(int count, boolean spread) {
    long now = System.currentTimeMillis();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafka().address(), "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long time = spread ? now - RANGE_MILLIS + RANGE_MILLIS * i / count : now;
        byte[] event = event(time, spread ? (double) i / count : 0).getBytes(UTF_8);
        for (int copy = 0; copy < (number % 25 == 7 ? 2 : 1); copy++) {
          sent.add(
              producer.send(new ProducerRecord<>(TOPIC, (int) (number % 2), time, null, event)));
        }
        number++;
      }
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
      records += sent.size();
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("cannot send", e);
    }
  }

  private String event(long time, double progress) {
    // A few databases have most of the queries.
    String database = DATABASES.get((int) (DATABASES.size() * Math.pow(random.nextDouble(), 2)));
    boolean failing = database.equals("billing") && progress > 0.8 && random.nextInt(2) == 0;
    boolean error = failing || random.nextInt(50) == 0;
    long duration = (long) (40 * Math.exp(random.nextGaussian() + (progress > 0.6 ? 0.6 : 0)));
    if (number % 40 == 3) {
      return MARKUP;
    }
    return "{\"query_id\":\"q%d\",\"event_type\":\"%s\",\"query_text\":\"%s\",\"timestamp\":\"%s\",\"metadata\":{\"user_id\":\"u%d\",\"database\":\"%s\",\"duration_ms\":%s,\"rows_affected\":%d%s}}"
        .formatted(
            number,
            error ? "query_failed" : number % 3 == 0 ? "query_started" : "query_finished",
            number % 30 == 9 ? "SELECT 1" : "SELECT a FROM b",
            Instant.ofEpochMilli(number % 60 == 11 ? time - 5 * HOURS : time),
            random.nextInt(40),
            database,
            number % 90 == 17 ? "\"slow\"" : duration,
            random.nextInt(1000),
            error ? ",\"error\":\"out of memory\"" : "");
  }
}
