package io.millrace.resilience.sink;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.harness.Figures;
import io.millrace.cli.support.TextLines;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.DuplicateRows;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.verify.StreamCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a stream through the whole pipeline on Flink, from a real Kafka to a real ClickHouse, which
 * is killed (SIGKILL) and restarted at random moments. Then verifies every event.
 */
final class KillRun {
  private static final String DATABASE = "kills";
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(3);
  private static final int LONGEST_AWAY_MILLIS = 3000;
  private static final int JITTER_MILLIS = 500;

  private final BenchEnvironment environment;
  private final GeneratedStream stream;
  private final Random random;
  private final AuditWatch watch;
  private final List<KillReport.Kill> kills = new ArrayList<>();

  private KillRun(BenchEnvironment environment, GeneratedStream stream, long seed) {
    this.environment = environment;
    this.stream = stream;
    this.random = new Random(seed);
    this.watch = new AuditWatch(environment, DATABASE);
  }

  /** Runs the test. */
  static KillReport of(BenchEnvironment environment, long events, int kills, long seed) {
    environment.progress(TextLines.text("sending %,d records to Kafka", events));
    GeneratedStream stream = GeneratedStream.produce(environment, DATABASE, events, seed);
    return new KillRun(environment, stream, seed).run(kills);
  }

  private KillReport run(int times) {
    long start = System.nanoTime();
    long[] moments =
        random.longs(times, stream.records() / 20, stream.records() * 19 / 20).sorted().toArray();
    try (FlinkRun job =
        FlinkRun.start(
            environment.route(stream.topic(), DATABASE, environment.contract()),
            environment.directory().resolve("checkpoints"))) {
      DuplicateRows.keep(environment, DATABASE);
      for (long moment : moments) {
        await(job, moment);
        kill(job);
      }
      await(job, stream.records());
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    environment.progress("comparing the tables with the manifest, event by event");
    StreamCheck check =
        StreamCheck.of(
            environment.database(DATABASE), environment.contract(), List.of(stream.manifest()));
    return new KillReport(
        stream.records(),
        stream.truth(),
        kills,
        check,
        DuplicateRows.of(environment, DATABASE, stream),
        took);
  }

  /** Kills the server within the next half second. */
  private void kill(FlinkRun job) {
    sleep(random.nextInt(JITTER_MILLIS));
    long written = watch.records();
    environment.clickHouse().kill();
    int away = random.nextInt(LONGEST_AWAY_MILLIS);
    sleep(away);
    environment.clickHouse().start();
    long started = System.nanoTime();
    DuplicateRows.keep(environment, DATABASE);
    long then = watch.records();
    await(job, Math.min(stream.records(), then + 1));
    Duration recovery = Duration.ofNanos(System.nanoTime() - started);
    kills.add(new KillReport.Kill(written, Duration.ofMillis(away), recovery));
    environment.progress(
        TextLines.text(
            "killed at %,d audited records; rows were written again %.1f s after the restart",
            written, Figures.seconds(recovery)));
  }

  /** Waits until this number of records is audited. */
  private void await(FlinkRun job, long records) {
    long last = -1;
    long moved = System.nanoTime();
    while (true) {
      long now = watch.records();
      if (now >= records) {
        return;
      }
      job.requireRunning();
      if (now != last) {
        last = now;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > LONGEST_SILENCE.toNanos()) {
        throw new IllegalStateException(
            "no progress for "
                + LONGEST_SILENCE.toSeconds()
                + " s at "
                + now
                + " of "
                + records
                + " records");
      }
      sleep(200);
    }
  }

  private static void sleep(long millis) {
    long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
