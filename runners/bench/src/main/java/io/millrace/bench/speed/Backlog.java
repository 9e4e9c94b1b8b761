package io.millrace.bench.speed;

import io.millrace.bench.contender.ExpectedOutcomes;
import io.millrace.bench.harness.BenchEnvironment;
import java.nio.file.Path;

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

  private static final int RATE = 2_000;
  private static final int TELL_EVERY = 250_000;
  private static final int CONFIRM_EVERY = 10_000;

  // So that a batch of each partition can fill up before all are sent.
  private static final int CONFIRM_EVERY_A_PARTITION = 50;

  /** Produces a backlog into a new topic; returns once the broker has acknowledged it. */
  public static Backlog produce(BenchEnvironment environment, String topic, long records) {
    return produce(environment, topic, records, RATE, EventFeed.Shape.EVEN);
  }

  /**
   * The same with records of another shape.
   *
   * @param rate records a second of record time
   */
  public static Backlog produce(
      BenchEnvironment environment,
      String topic,
      long records,
      double rate,
      EventFeed.Shape shape) {
    Path manifest = manifest(environment.directory(), topic);
    long begin = System.currentTimeMillis() - Math.round(records * 1000 / rate);
    long confirmEvery = Math.max(CONFIRM_EVERY, CONFIRM_EVERY_A_PARTITION * shape.partitions());
    double bytes;
    try (EventFeed feed =
        new EventFeed(
            environment,
            topic,
            manifest,
            shape,
            SEED,
            number -> begin + Math.round(number * 1000 / rate))) {
      while (feed.sent() < records) {
        feed.send();
        if (feed.sent() % confirmEvery == 0 || feed.sent() == records) {
          feed.flush();
        }
        if (feed.sent() % TELL_EVERY == 0) {
          environment.progress(
              String.format("%,d of %,d events are in Kafka", feed.sent(), records));
        }
      }
      bytes = feed.averageBytes();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return new Backlog(topic, ExpectedOutcomes.of(manifest), bytes);
  }

  /** The manifest of a topic's events. */
  public static Path manifest(Path directory, String topic) {
    return directory.resolve(topic + ".manifest.jsonl.gz");
  }

  public long records() {
    return truth.records();
  }
}
