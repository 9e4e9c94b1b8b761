package io.millrace.testdata;

import io.millrace.testdata.generate.EventGenerator;
import io.millrace.testdata.generate.GeneratorOptions;
import io.millrace.testdata.manifest.Manifest;
import io.millrace.testdata.manifest.ManifestEntry;
import io.millrace.testdata.manifest.ManifestTotals;
import io.millrace.testdata.sink.GeneratedRecord;
import io.millrace.testdata.sink.RecordSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Sends the records of a generator to a sink at the rate asked for and writes the manifest.
 *
 * <p>A record enters the manifest when the sink has confirmed it, in blocks of {@value #BLOCK}
 * records or a second, whichever comes first. {@link #stop()} or an interrupt ends the run early:
 * what was sent is confirmed, the manifest is closed and agrees with it. If the sink fails, the
 * manifest is closed too, and its summary says how many records were left unconfirmed.
 *
 * <p>A run is used once. The sink stays open.
 */
public final class GenerateRun {
  private static final int BLOCK = 10_000;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final GeneratorOptions options;
  private final RecordSink sink;
  private final Path manifestFile;
  private final Progress progress;
  private final LongSupplier clock;
  private final List<ManifestEntry> unconfirmed = new ArrayList<>();
  private final ManifestTotals.Counter counter = new ManifestTotals.Counter();
  private volatile boolean stopAsked;
  private boolean interrupted;

  private GenerateRun(Builder builder) {
    options = builder.options;
    sink = builder.sink;
    manifestFile = builder.manifestFile;
    progress = builder.progress;
    clock = builder.clock;
  }

  /** A run without a manifest file and without progress, by the system's clock. */
  public static Builder builder(GeneratorOptions options, RecordSink sink) {
    return new Builder(options, sink);
  }

  /** Hears about the progress about once a second, and once at the end, in the running thread. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Tells how far the run is.
     *
     * @param sent the records sent so far
     * @param rate records a second since the last call
     */
    void at(long sent, double rate);
  }

  /**
   * What a run did.
   *
   * @param totals of the records that were sent and confirmed
   * @param elapsed from the first record to the last confirmation
   * @param stopped whether it ended before all records were sent
   */
  public record Result(ManifestTotals totals, Duration elapsed, boolean stopped) {}

  /**
   * Runs to the end or until stopped. An interrupt stops it as {@link #stop()} does and leaves the
   * thread's interrupt flag set; one more while the last records are being confirmed gives them up
   * as unconfirmed.
   *
   * @throws IllegalStateException or {@link java.io.UncheckedIOException} when the sink or the
   *     manifest fails
   */
  public Result run() {
    EventGenerator generator =
        new EventGenerator(options, sink.partitions(), sink.malformedKinds(), clock);
    try (Manifest.Writer manifest = manifestFile == null ? null : Manifest.write(manifestFile)) {
      long start = System.nanoTime();
      try {
        send(generator, manifest, start);
        confirmLast(manifest);
      } finally {
        if (manifest != null) {
          manifest.unconfirmed(unconfirmed.size());
        }
      }
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      boolean stopped = generator.hasNext() || !unconfirmed.isEmpty();
      return new Result(counter.totals(unconfirmed.size(), true), elapsed, stopped);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Asks the run to end soon; callable from any thread. */
  public void stop() {
    stopAsked = true;
  }

  private void send(EventGenerator generator, Manifest.Writer manifest, long start) {
    Pace pace = new Pace(options.rate(), start);
    long sent = 0;
    long told = 0;
    long toldAt = start;
    long confirmedAt = start;
    try {
      while (generator.hasNext() && pace.waitForNext()) {
        GeneratedRecord record = generator.next();
        sink.send(record);
        unconfirmed.add(record.entry());
        sent++;
        long now = System.nanoTime();
        if (unconfirmed.size() >= BLOCK || now - confirmedAt >= SECOND_NANOS) {
          confirm(manifest);
          confirmedAt = System.nanoTime();
        }
        if (now - toldAt >= SECOND_NANOS) {
          progress.at(sent, perSecond(sent - told, now - toldAt));
          told = sent;
          toldAt = now;
        }
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    progress.at(sent, perSecond(sent - told, System.nanoTime() - toldAt));
  }

  private void confirmLast(Manifest.Writer manifest) {
    try {
      confirm(manifest);
    } catch (InterruptedException e) {
      interrupted = true;
    }
  }

  private void confirm(Manifest.Writer manifest) throws InterruptedException {
    sink.flush();
    for (ManifestEntry entry : unconfirmed) {
      counter.add(entry);
      if (manifest != null) {
        manifest.add(entry);
      }
    }
    unconfirmed.clear();
    if (manifest != null) {
      manifest.flush();
    }
  }

  private static double perSecond(long records, long nanos) {
    return (double) records * SECOND_NANOS / Math.max(1, nanos);
  }

  /** When the next record is due. */
  private final class Pace {
    private static final long LONGEST_SLEEP_NANOS = 50_000_000;

    private final double nanosEach;
    private final long origin;
    private double due;

    Pace(double rate, long start) {
      nanosEach = rate > 0 ? SECOND_NANOS / rate : 0;
      origin = start;
    }

    /** Sleeps until the next record is due; false when the run is to stop. */
    boolean waitForNext() throws InterruptedException {
      long passed = System.nanoTime() - origin;
      while (nanosEach > 0 && passed < due && !stopAsked) {
        LockSupport.parkNanos(Math.min(LONGEST_SLEEP_NANOS, (long) (due - passed)));
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
        passed = System.nanoTime() - origin;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      // After a stall at most two seconds are caught up, not a burst of everything missed.
      due = Math.max(due, passed - 2.0 * SECOND_NANOS) + nanosEach;
      return !stopAsked;
    }
  }

  /** Sets what differs from the defaults. Not for use by several threads. */
  public static final class Builder {
    private final GeneratorOptions options;
    private final RecordSink sink;
    private Path manifestFile;
    private Progress progress = (sent, rate) -> {};
    private LongSupplier clock = System::currentTimeMillis;

    private Builder(GeneratorOptions options, RecordSink sink) {
      this.options = options;
      this.sink = sink;
    }

    /** Where to write the manifest; compressed when the name ends in {@code .gz}. */
    public Builder manifest(Path file) {
      this.manifestFile = file;
      return this;
    }

    /** Who hears about the progress. */
    public Builder progress(Progress listener) {
      this.progress = listener;
      return this;
    }

    /** The clock of the record times, in epoch milliseconds; the rate keeps to real time. */
    public Builder clock(LongSupplier millis) {
      this.clock = millis;
      return this;
    }

    /** The run. */
    public GenerateRun build() {
      return new GenerateRun(this);
    }
  }
}
