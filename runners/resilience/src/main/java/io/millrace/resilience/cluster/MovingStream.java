package io.millrace.resilience.cluster;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.testdata.GenerateRun;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.sink.RecordSink;
import io.millrace.testdata.sink.RecordSinks;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/**
 * A stream of generated events that goes on, at a steady rate, for as long as it is needed: so that
 * whatever happens to the pipeline happens while records come in. Nothing that happens to it, not
 * even the death of the broker, takes a record from it or adds one.
 */
final class MovingStream implements AutoCloseable {
  /** Enough to never end by itself. */
  private static final long ENDLESS = Long.MAX_VALUE / 2;

  /** The share of copies that a stream has without any fault. */
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
    this.sink = RecordSinks.open(topic, plan.partitions, Map.of());
    this.run =
        GenerateRun.builder(options, sink)
            .manifest(manifest)
            .clock(plan.clock)
            .progress((records, rate) -> sent = records)
            .build();
    this.done =
        CompletableFuture.supplyAsync(run::run, task -> new Thread(task, "stream-" + name).start());
  }

  /**
   * What to send.
   *
   * @param partitions of the topic
   * @param rate records a second
   * @param seed of everything random in it
   * @param copies the share of records that repeat an earlier one
   * @param clock of the records' times, milliseconds since the epoch
   */
  record Plan(int partitions, double rate, long seed, double copies, LongSupplier clock) {
    /** By the system's clock. */
    Plan(int partitions, double rate, long seed, double copies) {
      this(partitions, rate, seed, copies, System::currentTimeMillis);
    }

    /** With a few copies, as there are without any fault. */
    Plan(int partitions, double rate, long seed) {
      this(partitions, rate, seed, FEW_COPIES);
    }
  }

  /**
   * Begins to send to a new topic.
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

  /** How many records have been sent, a second ago at most. */
  long sent() {
    if (done.isCompletedExceptionally()) {
      finish();
    }
    return sent;
  }

  /**
   * Ends the stream.
   *
   * @return all of it, and its truth
   * @throws IllegalStateException if it could not be sent
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
      throw new IllegalStateException("the stream has failed: " + e.getCause(), e);
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
