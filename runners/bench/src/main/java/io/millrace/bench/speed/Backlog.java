package io.millrace.bench.speed;

import io.millrace.bench.contender.ExpectedOutcomes;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.testdata.generate.EventGenerator;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.RecordSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A topic of query events of about 1 KB, including duplicate, late, erroneous and malformed ones,
 * without the generator's larger events. Record times advance at {@value #RATE} records a second,
 * up to now.
 *
 * @param topic the topic's name
 * @param truth the expected outcomes
 * @param averageBytes average size of a record's value
 */
public record Backlog(String topic, ExpectedOutcomes truth, double averageBytes) {
  /** The seed of the events. */
  static final long SEED = 42;

  /** Minimum number of events for a measurement. */
  public static final long LEAST_EVENTS = 10_000;

  private static final int PARTITIONS = 4;
  private static final int RATE = 2_000;
  private static final int LARGEST_BYTES = 1_300;
  // Includes omitted events. Each partition must have a clock before the first late event.
  private static final int LATE_AFTER_RECORDS = 3_000;
  private static final int TELL_EVERY = 250_000;
  private static final int CONFIRM_EVERY = 10_000;

  /** Produces a backlog into a new topic; returns once the broker has acknowledged it. */
  public static Backlog produce(BenchEnvironment environment, String topic, long records) {
    Path manifest = manifest(environment.directory(), topic);
    long begin = System.currentTimeMillis() - records * 1000 / RATE;
    long[] sent = {0};
    long bytes = 0;
    try (RecordSink sink =
            RecordSink.open("kafka://" + environment.kafka() + "/" + topic, PARTITIONS, Map.of());
        Manifest.Writer writer = Manifest.write(manifest)) {
      EventGenerator generator =
          new EventGenerator(options(), sink.partitions(), () -> begin + sent[0] * 1000 / RATE);
      List<GeneratedRecord> unconfirmed = new ArrayList<>();
      while (sent[0] < records) {
        GeneratedRecord record = generator.next();
        int length = record.value() == null ? 0 : record.value().length;
        if (length > LARGEST_BYTES) {
          continue;
        }
        sink.send(record);
        unconfirmed.add(record);
        bytes += length;
        sent[0]++;
        if (sent[0] % CONFIRM_EVERY == 0 || sent[0] == records) {
          sink.flush();
          unconfirmed.forEach(confirmed -> writer.add(confirmed.entry()));
          unconfirmed.clear();
        }
        if (sent[0] % TELL_EVERY == 0) {
          environment.progress(String.format("%,d of %,d events are in Kafka", sent[0], records));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return new Backlog(topic, ExpectedOutcomes.of(manifest), (double) bytes / records);
  }

  /** The manifest of a topic's events. */
  public static Path manifest(Path directory, String topic) {
    return directory.resolve(topic + ".manifest.jsonl.gz");
  }

  private static GeneratorOptions options() {
    return GeneratorOptions.builder()
        .count(Long.MAX_VALUE)
        .seed(SEED)
        .duplicates(0.02)
        .late(0.01)
        .errors(0.03)
        .malformed(0.01)
        .lateAfterRecords(LATE_AFTER_RECORDS)
        .build();
  }

  long records() {
    return truth.records();
  }
}
