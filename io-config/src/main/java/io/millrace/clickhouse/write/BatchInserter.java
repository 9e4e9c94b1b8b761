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
 * Inserts a batch as far as possible now. Each row is acknowledged, rejected for its content, or
 * returned for a later retry. Rows that do not fit their columns are removed before the batch is
 * sent. A batch with a row that the server rejects is bisected until the row is alone. Each part
 * has its own deduplication token, so a retry after a lost answer duplicates nothing.
 *
 * <p>Failures are retried here for up to a second. After that the rows are returned, so that other
 * tables need not wait.
 *
 * <p>Cost: one INSERT a batch (one a day, if each day has enough rows); about {@code 2 k log2(n/k)}
 * if the server rejects k of n rows.
 */
final class BatchInserter {
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long PATIENCE_MILLIS = 1_000;

  /** Attempts after which a batch that exceeds the memory limit is halved. */
  private static final int MEMORY_ATTEMPTS = 3;

  /** The same for a batch that may be written, whose rows may then be duplicated. */
  private static final int MEMORY_ATTEMPTS_IF_MAYBE_WRITTEN = 10;

  /** Least rows of a day for a separate INSERT. */
  private static final int ROWS_OF_A_DAY = 1_000;

  interface Listener {
    /** A part was acknowledged, {@code millis} after its first attempt. */
    void written(Batch part, long millis);

    /** A row was rejected for its content. */
    void refused(Batch row, String reason);

    /** An attempt failed and will be retried. */
    void retried();
  }

  /**
   * Rows to send.
   *
   * @param maybeWritten whether an earlier attempt may have written the rows; then they are sent
   *     unchanged, so that the server recognizes their token
   * @param attempts number of the caller's failed attempts
   */
  record Task(Batch rows, boolean maybeWritten, int attempts) {
    static Task first(Batch rows) {
      return new Task(rows, false, 0);
    }
  }

  /**
   * Rows to retry.
   *
   * @param failure the failure of these rows, or of the rows before them if they were not tried
   * @param passedOver whether only these rows cannot be written, and the rows after them were tried
   */
  record Unwritten(Batch rows, boolean maybeWritten, Failure failure, boolean passedOver) {}

  private final InsertClient client;
  private final Clock clock;
  private final Sleeper sleeper;

  BatchInserter(InsertClient client, Clock clock, Sleeper sleeper) {
    this.client = client;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /**
   * Inserts rows.
   *
   * @param refusable whether a row may be rejected; if not, it is retried, because it has no other
   *     destination
   * @return rows to retry, in order: single rows that fail but may not be rejected, or that exceed
   *     the memory limit alone, and all rows after a failure of the table; empty if there are none
   * @throws InterruptedException if the worker stops; the state of the remaining rows is unknown
   */
  List<Unwritten> write(ClickHouseTable table, Task task, boolean refusable, Listener listener)
      throws InterruptedException {
    Deque<Batch> parts = new ArrayDeque<>();
    if (task.rows.rowCount() > 0) {
      parts.addAll(task.maybeWritten ? List.of(task.rows) : task.rows.byDay(ROWS_OF_A_DAY));
    }
    List<Unwritten> unwritten = new ArrayList<>();
    while (!parts.isEmpty()) {
      Batch part = parts.pop();
      Unwritten failed;
      try {
        failed = write(table, part, task.maybeWritten, listener);
      } catch (UnfitRowsException e) {
        if (task.maybeWritten) {
          // Taken apart, the rows that are there would be there again under another token.
          listener.retried();
          parts.push(part);
          unwritten.add(new Unwritten(Batch.join(parts), true, narrowed(e), false));
          parts.clear();
          continue;
        }
        Batch rest = withoutUnfit(part, e.rows(), refusable, listener, unwritten);
        if (rest.rowCount() > 0) {
          parts.push(rest);
        }
        continue;
      }
      if (failed == null) {
        continue;
      }
      boolean rowsFault = failed.failure.isRowsFault();
      int enough = failed.maybeWritten ? MEMORY_ATTEMPTS_IF_MAYBE_WRITTEN : MEMORY_ATTEMPTS;
      boolean tooLarge = failed.failure.isMemory() && task.attempts >= enough;
      if (part.rowCount() > 1 && (rowsFault || tooLarge)) {
        parts.push(part.secondHalf());
        parts.push(part.firstHalf());
      } else if (rowsFault && refusable) {
        listener.refused(part, JsonColumnCheck.reason(table, part, failed.failure));
      } else {
        listener.retried();
        if (rowsFault || tooLarge) {
          unwritten.add(new Unwritten(part, failed.maybeWritten, failed.failure, true));
        } else {
          unwritten.add(failed);
          if (!parts.isEmpty()) {
            unwritten.add(new Unwritten(Batch.join(parts), false, failed.failure, false));
            parts.clear();
          }
        }
      }
    }
    return unwritten;
  }

  /** Rows that did fit when they were sent. */
  private static Failure narrowed(UnfitRowsException e) {
    return new Failure(
        Kind.OPERATOR,
        0,
        "a column became narrower while rows were sent that may be in the table: "
            + e.rows().get(0).reason(),
        "make the column as wide as it was");
  }

  /**
   * Rejects the rows of a part that do not fit their columns, or adds them to the rows to retry.
   *
   * @return the other rows. The same rows are found at every attempt, so their token is stable
   */
  private static Batch withoutUnfit(
      Batch part,
      List<UnfitRowsException.Row> unfit,
      boolean refusable,
      Listener listener,
      List<Unwritten> unwritten) {
    List<Integer> indexes = unfit.stream().map(UnfitRowsException.Row::index).toList();
    List<Batch> alone = part.rows(indexes);
    for (int i = 0; i < alone.size(); i++) {
      String reason = unfit.get(i).reason();
      if (refusable) {
        listener.refused(alone.get(i), reason);
      } else {
        listener.retried();
        Failure failure = new Failure(Kind.CONTENT, 0, reason, "");
        unwritten.add(new Unwritten(alone.get(i), false, failure, true));
      }
    }
    return part.without(indexes);
  }

  /** Sends until the part is written (null), or a quick retry is not possible. */
  private @Nullable Unwritten write(
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
        return new Unwritten(part, maybeWritten, failure, false);
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
    } catch (UnfitRowsException e) {
      throw e;
    } catch (RuntimeException e) {
      Failure failure = ClickHouseErrors.understand(e);
      return failure.kind() == Kind.CONTENT ? contentOrTable(table, failure) : failure;
    }
  }

  /** Distinguishes rejected rows from a changed table, which rejects all rows. */
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
