package io.millrace.bench.speed;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.testdata.generate.EventGenerator;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.RecordSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * Sends generated query events of about 1 KB to a topic, and writes the manifest of those that the
 * broker has acknowledged. Omits the generator's larger events. Not thread-safe.
 */
public final class EventFeed implements AutoCloseable {
  private static final int LARGEST_BYTES = 1_300;
  // Includes omitted events. Each partition must have a clock before the first late event.
  private static final int LATE_AFTER_RECORDS = 3_000;

  private final Shape shape;
  private final RecordSink sink;
  private final Manifest.Writer manifest;
  private final EventGenerator generator;
  private final List<ManifestEntry> unconfirmed = new ArrayList<>();
  private long sent;
  private long bytes;

  /**
   * What a topic's records have in common.
   *
   * @param partitions partitions of a new topic
   * @param hotKey share of the records that have the same key and user, from 0 to 1
   * @param inTurn whether the partitions get records in turn, whatever their keys
   * @param late share of late events, from 0 to 1
   * @param batchBytes largest batch of the producer
   */
  public record Shape(int partitions, double hotKey, boolean inTurn, double late, int batchBytes) {
    /** The shape of most benchmarks: keys spread over four partitions, 1 % late. */
    public static final Shape EVEN = new Shape(4, 0, false, 0.01, 256 * 1024);

    /**
     * The same without late events and with smaller batches, which thousands of partitions need.
     */
    public Shape onTimeIn(int others, int smallerBatch) {
      return new Shape(others, hotKey, inTurn, 0, smallerBatch);
    }

    /** The same with a hot key. */
    public Shape withHotKey(double share, boolean spread) {
      return new Shape(partitions, share, spread, late, batchBytes);
    }

    private Map<String, String> producer() {
      // A batch waits for records of its partition, so that it is full although there are many.
      return batchBytes == EVEN.batchBytes
          ? Map.of()
          : Map.of("batch.size", Integer.toString(batchBytes), "linger.ms", "1000");
    }
  }

  /**
   * Opens a topic, and creates it if it is missing.
   *
   * @param manifest the file for the manifest
   * @param seed seed of the events; two feeds of a topic need different ones
   * @param clock gives the time of a record from its number, in epoch milliseconds
   */
  public EventFeed(
      BenchEnvironment environment,
      String topic,
      Path manifest,
      Shape shape,
      long seed,
      LongUnaryOperator clock) {
    this.shape = shape;
    this.sink =
        RecordSink.open(
            "kafka://" + environment.kafka() + "/" + topic, shape.partitions(), shape.producer());
    this.manifest = Manifest.write(manifest);
    GeneratorOptions options =
        GeneratorOptions.builder()
            .count(Long.MAX_VALUE)
            .seed(seed)
            .duplicates(0.02)
            .late(shape.late())
            .errors(0.03)
            .malformed(0.01)
            .hotKey(shape.hotKey())
            .lateAfterRecords(LATE_AFTER_RECORDS)
            .build();
    this.generator = new EventGenerator(options, sink.partitions(), () -> clock.applyAsLong(sent));
  }

  /** Sends the next event, asynchronously. */
  public void send() throws InterruptedException {
    GeneratedRecord record = generator.next();
    while (size(record) > LARGEST_BYTES) {
      record = generator.next();
    }
    sink.send(shape.inTurn() ? inPartition(record, (int) (sent % sink.partitions())) : record);
    unconfirmed.add(record.entry());
    bytes += size(record);
    sent++;
  }

  private static int size(GeneratedRecord record) {
    return record.value() == null ? 0 : record.value().length;
  }

  private static GeneratedRecord inPartition(GeneratedRecord record, int partition) {
    return new GeneratedRecord(
        record.key(),
        record.value(),
        record.recordTimeMillis(),
        partition,
        record.headers(),
        record.entry());
  }

  /** Waits until the broker has acknowledged all events, and adds them to the manifest. */
  public void flush() throws InterruptedException {
    sink.flush();
    unconfirmed.forEach(manifest::add);
    unconfirmed.clear();
  }

  /** The number of events sent. */
  public long sent() {
    return sent;
  }

  /** The average size of the values sent so far. */
  double averageBytes() {
    return (double) bytes / sent;
  }

  /** Completes the manifest. */
  @Override
  public void close() {
    manifest.close();
    sink.close();
  }
}
