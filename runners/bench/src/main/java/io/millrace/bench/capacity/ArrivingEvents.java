package io.millrace.bench.capacity;

import io.millrace.bench.contender.ExpectedOutcomes;
import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.bench.speed.Arrivals;
import io.millrace.bench.speed.Backlog;
import io.millrace.bench.speed.EventFeed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/**
 * Events that arrive at a steady rate in the topic of a backlog, until a run has caught up with
 * them. A thread sends them, with the clock's time as their record time. Closing stops it.
 */
final class ArrivingEvents implements Arrivals, AutoCloseable {
  /** Rows become visible in batches of about a second. */
  private static final int BEHIND_SECONDS = 2;

  private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final Backlog backlog;
  private final int rate;
  private final Path manifest;
  private final EventFeed feed;
  private final CompletableFuture<Void> sending;
  private final long begin = System.nanoTime();
  private final List<CatchUp.Point> points = new ArrayList<>();
  private Optional<ExpectedOutcomes> all = Optional.empty();
  private volatile boolean stopped;
  private volatile long sent;

  private ArrivingEvents(
      BenchEnvironment environment, Backlog backlog, int rate, EventFeed.Shape shape, long seed) {
    this.backlog = backlog;
    this.rate = rate;
    this.manifest =
        Backlog.manifest(environment.directory(), backlog.topic() + "-arriving-" + seed);
    this.feed =
        new EventFeed(
            environment,
            backlog.topic(),
            manifest,
            shape,
            seed,
            number -> System.currentTimeMillis());
    this.sending =
        CompletableFuture.runAsync(this::send, task -> new Thread(task, "arriving").start());
  }

  /**
   * Starts sending.
   *
   * @param rate events a second
   * @param seed differs from those of all other events of the topic
   */
  static ArrivingEvents start(
      BenchEnvironment environment, Backlog backlog, int rate, EventFeed.Shape shape, long seed) {
    return new ArrivingEvents(environment, backlog, rate, shape, seed);
  }

  private void send() {
    try {
      long confirmed = 0;
      while (!stopped) {
        long due = (System.nanoTime() - begin) * rate / Duration.ofSeconds(1).toNanos();
        while (feed.sent() < due) {
          feed.send();
        }
        if (feed.sent() - confirmed > rate) {
          feed.flush();
          confirmed = feed.sent();
        }
        sent = feed.sent();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      feed.flush();
      sent = feed.sent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Stops the events once the run is at most {@value #BEHIND_SECONDS} s of events behind. */
  @Override
  public Optional<ExpectedOutcomes> all(double share) {
    if (all.isPresent()) {
      return all;
    }
    long written = Math.round(share * backlog.records());
    CatchUp.Point point =
        new CatchUp.Point((System.nanoTime() - begin) / 1e9, written, backlog.records() + sent);
    points.add(point);
    if (point.behind() <= (long) BEHIND_SECONDS * rate) {
      finish();
      all = Optional.of(backlog.truth().plus(ExpectedOutcomes.of(manifest)));
    } else if (sending.isDone()) {
      finish();
    } else if (point.second() > LONGEST.toSeconds()) {
      throw new IllegalStateException(
          "not caught up with %,d events a second after %d minutes: %,d events behind"
              .formatted(rate, LONGEST.toMinutes(), point.behind()));
    }
    return all;
  }

  private void finish() {
    stopped = true;
    try {
      sending.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("cannot send events: " + e.getCause(), e);
    } finally {
      feed.close();
    }
  }

  /** The run so far, in order. */
  List<CatchUp.Point> points() {
    return Collections.unmodifiableList(points);
  }

  @Override
  public void close() {
    if (!stopped) {
      stopped = true;
      sending.handle((result, failure) -> null).join();
      feed.close();
    }
  }
}
