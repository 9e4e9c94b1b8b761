package io.millrace.clickhouse.write;

import io.millrace.clickhouse.client.ClickHouseErrors;
import io.millrace.clickhouse.client.ClickHouseErrors.Failure;
import io.millrace.clickhouse.client.ClickHouseErrors.Kind;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.event.Clock;
import io.millrace.io.retry.Sleeper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Brings a batch into its table as far as that is possible now. Each row ends in one of three ways:
 * the server has acknowledged it, it has been refused for its content, or it comes back, to be
 * tried again later. The rows of a batch that holds a bad one are halved until it is alone; each
 * part has a token of its own, so a part whose answer was lost is not repeated.
 *
 * <p>A fault that passes within a second is waited for here; for longer ones the rows come back, so
 * that other tables need not wait as well.
 *
 * <p>Cost: one INSERT a batch (one a day in it, if each day has rows enough); about {@code 2 k
 * log2(n/k)} if k of n rows are bad. State: none beyond the batch.
 */
final class BatchInserter {
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long PATIENCE_MILLIS = 1_000;

  /** Attempts after which a batch that finds no memory is halved. */
  private static final int MEMORY_ATTEMPTS = 3;

  /** The same for one that may be written: better its rows twice than never. */
  private static final int MEMORY_ATTEMPTS_IF_MAYBE_WRITTEN = 10;

  /** Rows that are worth an INSERT of their own. */
  private static final int ROWS_OF_A_DAY = 1_000;

  /** Learns what became of a batch. */
  interface Listener {
    /** A part has been acknowledged, {@code millis} after it was first sent. */
    void written(Batch part, long millis);

    /** A row has been refused for its content. */
    void refused(Batch row, String reason);

    /** An attempt has failed and will be repeated. */
    void retried();
  }

  /**
   * Rows to be sent.
   *
   * @param maybeWritten an attempt ended without a clear answer: the rows must go again as they
   *     are, so that the server recognises their token
   * @param attempts how many attempts the caller has seen fail before
   */
  record Task(Batch rows, boolean maybeWritten, int attempts) {
    /** Rows that were never sent. */
    static Task first(Batch rows) {
      return new Task(rows, false, 0);
    }
  }

  /**
   * Rows that came back.
   *
   * @param failure why; for rows that were not tried: why others of their batch were not written
   * @param passedOver whether it is these rows that cannot be written, and not their table: the
   *     rows behind them were tried
   */
  record Undone(Batch rows, boolean maybeWritten, Failure failure, boolean passedOver) {}

  private final InsertClient client;
  private final Clock clock;
  private final Sleeper sleeper;

  BatchInserter(InsertClient client, Clock clock, Sleeper sleeper) {
    this.client = client;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /**
   * Writes rows.
   *
   * @param refusable whether a row may be refused at all; if not, its fault is waited for like any
   *     other, for there is nowhere else to put it
   * @return what is to be tried again, in order: rows that are at fault and cannot be refused, or
   *     that find no memory even alone, one by one, and all behind a fault of the table; empty if
   *     nothing is
   * @throws InterruptedException if the worker is to stop; nothing is known of the rest then
   */
  List<Undone> write(ClickHouseTable table, Task task, boolean refusable, Listener listener)
      throws InterruptedException {
    Deque<Batch> parts = new ArrayDeque<>();
    if (task.rows.rowCount() > 0) {
      parts.addAll(task.maybeWritten ? List.of(task.rows) : task.rows.byDay(ROWS_OF_A_DAY));
    }
    List<Undone> undone = new ArrayList<>();
    while (!parts.isEmpty()) {
      Batch part = parts.pop();
      Undone failed = write(table, part, task.maybeWritten, listener);
      if (failed == null) {
        continue;
      }
      boolean rowsFault = failed.failure.isRowsFault();
      boolean tooLarge = failed.failure.isMemory() && task.attempts >= memoryAttempts(failed);
      if (part.rowCount() > 1 && (rowsFault || tooLarge)) {
        parts.push(part.secondHalf());
        parts.push(part.firstHalf());
      } else if (rowsFault && refusable) {
        listener.refused(part, JsonColumnCheck.reason(table, part, failed.failure));
      } else {
        listener.retried();
        if (rowsFault || tooLarge) {
          undone.add(new Undone(part, failed.maybeWritten, failed.failure, true));
        } else {
          undone.add(failed);
          addRest(failed.failure, parts, undone);
        }
      }
    }
    return undone;
  }

  private static int memoryAttempts(Undone failed) {
    return failed.maybeWritten ? MEMORY_ATTEMPTS_IF_MAYBE_WRITTEN : MEMORY_ATTEMPTS;
  }

  /** The parts behind one whose table is at fault need not be tried. */
  private static void addRest(Failure failure, Deque<Batch> rest, List<Undone> undone) {
    if (!rest.isEmpty()) {
      undone.add(new Undone(Batch.join(rest), false, failure, false));
      rest.clear();
    }
  }

  /** Sends until the part is written (null), or it is clear that it will not be at once. */
  private @Nullable Undone write(
      ClickHouseTable table, Batch part, boolean maybeWrittenBefore, Listener listener)
      throws InterruptedException {
    long start = clock.millis();
    boolean maybeWritten = maybeWrittenBefore;
    for (long pause = FIRST_PAUSE_MILLIS; ; pause *= 2) {
      Failure failure = attempt(table, part);
      if (failure == null) {
        listener.written(part, clock.millis() - start);
        return null;
      }
      maybeWritten |= failure.maybeWritten(part.isOfOneDay());
      boolean patient = clock.millis() - start + pause <= PATIENCE_MILLIS;
      if (failure.kind() != Kind.WAIT || failure.isMemory() || !patient) {
        return new Undone(part, maybeWritten, failure, false);
      }
      listener.retried();
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
        ClickHouseErrors.withoutValues(failure),
        "the table's columns have changed: `millrace check` shows the difference");
  }
}
