package io.millrace.sink.clickhouse;

import io.millrace.event.Clock;
import io.millrace.sink.clickhouse.ClickHouseErrors.Failure;
import io.millrace.sink.clickhouse.ClickHouseErrors.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a batch into its table, however long it takes. It returns when each row has either been
 * acknowledged by the server or been refused for its content; for everything else it waits, with
 * growing pauses and without limit. The rows of a batch that holds a bad one are halved until it is
 * alone; each part has a token of its own, so a part whose answer was lost is not repeated.
 *
 * <p>Cost: one INSERT a batch; about {@code 2 k log2(n/k)} if k of n rows are bad. State: none
 * beyond the batch.
 */
final class BatchWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;
  private static final long LOG_EVERY_MILLIS = 60_000;

  /** Learns what became of a batch. */
  interface Listener {
    /** A part has been acknowledged, {@code millis} after it was first sent. */
    void written(Batch part, long millis);

    /** A row has been refused for its content. */
    void refused(Batch row, String reason);

    /** A part will be sent again. */
    void retried();
  }

  private final InsertClient client;
  private final Clock clock;
  private final Sleeper sleeper;
  private long lastLogMillis = Long.MIN_VALUE;

  BatchWriter(InsertClient client, Clock clock, Sleeper sleeper) {
    this.client = client;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /**
   * Writes a batch.
   *
   * @param refusable whether a row may be refused at all; if not, its fault is waited for like any
   *     other, for there is nowhere else to put it
   * @throws InterruptedException if the worker is to stop; nothing is known of the rest then
   */
  void write(ClickHouseTable table, Batch batch, boolean refusable, Listener listener)
      throws InterruptedException {
    Deque<Batch> parts = new ArrayDeque<>();
    if (batch.rowCount() > 0) {
      parts.push(batch);
    }
    while (!parts.isEmpty()) {
      Batch part = parts.pop();
      Failure fault = writeOrFault(table, part, refusable, listener);
      if (fault != null && part.rowCount() == 1) {
        listener.refused(part, ClickHouseErrors.withoutValues(fault));
      } else if (fault != null) {
        parts.push(part.secondHalf());
        parts.push(part.firstHalf());
      }
    }
  }

  /** Sends until there is an answer: null if the part is written, else its rows' fault. */
  private @Nullable Failure writeOrFault(
      ClickHouseTable table, Batch part, boolean refusable, Listener listener)
      throws InterruptedException {
    long start = clock.millis();
    for (int attempt = 0; ; attempt++) {
      Failure failure = attempt(table, part);
      if (failure == null) {
        listener.written(part, clock.millis() - start);
        return null;
      }
      if (failure.kind() == Kind.CONTENT && refusable) {
        return failure;
      }
      listener.retried();
      long pause = pauseMillis(attempt);
      log(table, part, failure, start);
      sleeper.sleep(pause);
    }
  }

  private @Nullable Failure attempt(ClickHouseTable table, Batch part) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped while rows wait for " + table.name());
    }
    try {
      client.insert(table, part);
      return null;
    } catch (RuntimeException e) {
      Failure failure = ClickHouseErrors.understand(e);
      return failure.kind() == Kind.CONTENT ? contentOrTable(table, failure) : failure;
    }
  }

  /** Rows encoded for other columns look bad, all of them: then it is the table that is wrong. */
  private Failure contentOrTable(ClickHouseTable table, Failure failure) {
    try {
      if (client.fits(table)) {
        return failure;
      }
    } catch (RuntimeException e) {
      return ClickHouseErrors.understand(e);
    }
    return new Failure(
        Kind.OPERATOR,
        failure.code(),
        failure.message(),
        "the table's columns have changed: `millrace check` shows the difference");
  }

  /** Doubles up to the longest; half of it by chance, so that workers do not come back at once. */
  private static long pauseMillis(int attempt) {
    long full = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 20));
    return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
  }

  private void log(ClickHouseTable table, Batch part, Failure failure, long start) {
    long now = clock.millis();
    if (lastLogMillis != Long.MIN_VALUE && now - lastLogMillis < LOG_EVERY_MILLIS) {
      return;
    }
    lastLogMillis = now;
    long seconds = (now - start) / 1000;
    if (failure.kind() == Kind.WAIT) {
      LOG.warn(
          "ClickHouse table {}: {} rows wait since {} s: {}",
          table.name(),
          part.rowCount(),
          seconds,
          failure.message());
    } else {
      LOG.error(
          "ClickHouse table {}: {} rows wait since {} s until this is mended: {} -> {}",
          table.name(),
          part.rowCount(),
          seconds,
          failure.message(),
          failure.remedy().isEmpty() ? "these rows can go nowhere else" : failure.remedy());
    }
  }
}
