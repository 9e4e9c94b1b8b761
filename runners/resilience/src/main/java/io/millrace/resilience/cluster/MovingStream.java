package io.millrace.resilience.cluster;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.sink.RecordSink;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/**
 * A continuous stream of generated events at a steady rate, so that faults happen while records
 * arrive. No fault, not even a killed broker, loses or duplicates one of its records.
 */
final class MovingStream implements AutoCloseable {
  /** Practically unlimited. */
  private static final long ENDLESS = Long.MAX_VALUE / 2;

  /** The default share of duplicates. */
  static final double FEW_COPIES = 0.05;

  private final String topic;
  private final Path manifest;
  private final RecordSink sink;
  private final GenerateRun run;
  private final CompletableFuture<GenerateRun.Result> done;
  private volatile long sent;

  private MovingStream(BenchEnvironment environment, String name, Plan plan) {
    this.topic = "kafka://" + environment.kafka() + "/" + name;
    this.manifest = environment.directory().resolve(name + ".jsonl.gz");
    double others = 1 - plan.copies;
    GeneratorOptions options =
        GeneratorOptions.builder()
            .count(ENDLESS)
            .rate(plan.rate)
            .seed(plan.seed)
            .duplicates(plan.copies)
            .late(0.02 * others)
            .errors(0.05 * others)
            .malformed(0.02 * others)
            .build();
    this.sink = RecordSink.open(topic, plan.partitions, Map.of());
    this.run =
        new GenerateRun(options, sink)
            .manifest(manifest)
            .clock(plan.clock)
            .progress((records, rate) -> sent = records);
    this.done =
        CompletableFuture.supplyAsync(run::run, task -> new Thread(task, "stream-" + name).start());
  }

  /**
   * The content of a stream.
   *
   * @param partitions number of the topic's partitions
   * @param rate records a second
   * @param seed seed of the random records
   * @param copies share of duplicate records
   * @param clock the records' times in milliseconds since the epoch
   */
  record Plan(int partitions, double rate, long seed, double copies, LongSupplier clock) {
    /** Record times follow the system's clock. */
    Plan(int partitions, double rate, long seed, double copies) {
      this(partitions, rate, seed, copies, System::currentTimeMillis);
    }

    /** The default share of duplicates. */
    Plan(int partitions, double rate, long seed) {
      this(partitions, rate, seed, FEW_COPIES);
    }
  }

  /**
   * Starts sending to a new topic.
   *
   * @param name of the topic
   */
  static MovingStream start(BenchEnvironment environment, String name, Plan plan) {
    return new MovingStream(environment, name, plan);
  }

  /** {@code kafka://host:port/topic}. */
  String topic() {
    return topic;
  }

  /** The number of records sent, at most a second old. */
  long sent() {
    if (done.isCompletedExceptionally()) {
      finish();
    }
    return sent;
  }

  /**
   * Ends the stream.
   *
   * @return the stream with its expected outcomes
   * @throws IllegalStateException if sending failed
   */
  GeneratedStream finish() {
    run.stop();
    try {
      GenerateRun.Result result = done.join();
      if (result.totals().unconfirmed() > 0) {
        throw new IllegalStateException(
            "Kafka has not confirmed " + result.totals().unconfirmed() + " records");
      }
    } catch (CompletionException e) {
      throw new IllegalStateException("the stream failed: " + e.getCause(), e);
    }
    return GeneratedStream.of(topic, manifest);
  }

  @Override
  public void close() {
    run.stop();
    done.handle((result, failure) -> null).join();
    sink.close();
  }
}
