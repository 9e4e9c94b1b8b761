package io.millrace.clickhouse.write;

import io.millrace.clickhouse.schema.ClickHouseTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A server whose tables fail a number of times, with an error of their own. */
final class FailingInsertClient implements InsertClient {
  final Map<String, RuntimeException> errors = new HashMap<>();
  final Map<String, Integer> failuresLeft = new HashMap<>();
  final Map<String, List<Integer>> stored = new HashMap<>();
  final Map<String, List<String>> tokensTried = new HashMap<>();
  final AtomicLong now = new AtomicLong(1_000_000);

  synchronized void fail(String table, int times, RuntimeException error) {
    errors.put(table, error);
    failuresLeft.put(table, times);
  }

  @Override
  public synchronized void insert(ClickHouseTable table, Batch batch) {
    String name = table.name();
    tokensTried.computeIfAbsent(name, t -> new ArrayList<>()).add(batch.token());
    int left = failuresLeft.getOrDefault(name, 0);
    if (left > 0) {
      failuresLeft.put(name, left - 1);
      throw errors.get(name);
    }
    if (rejected >= 0 && contains(batch, rejected)) {
      rejections++;
      if (rejections > mostRejections) {
        rejected = -1;
      } else {
        throw rejection;
      }
    }
    if (name.equals(RetryRun.NORMAL)) {
      rejected = -1;
      storedBeforeNormal = List.copyOf(stored.getOrDefault(RetryRun.ERROR, List.of()));
    }
    stored.computeIfAbsent(name, t -> new ArrayList<>()).add(batch.rowCount());
    int batches = stored.getOrDefault(RetryRun.ERROR, List.of()).size();
    if (batches == successesUntil) {
      fail(RetryRun.ERROR, failuresThen, RetryRun.missingTable());
      successesUntil = -1;
    }
  }

  private int successesUntil = -1;
  private int failuresThen;
  long millisALook;

  private int rejected = -1;
  private RuntimeException rejection;
  private int mostRejections;
  int rejections;
  List<Integer> storedBeforeNormal = List.of();

  /**
   * Rejects one row until the normal table has rows, or a number of times if it never has: then a
   * test fails instead of hanging.
   */
  void reject(int row, int most, RuntimeException error) {
    rejected = row;
    mostRejections = most;
    rejection = error;
  }

  private static boolean contains(Batch batch, int row) {
    byte[] all = bytes(batch);
    byte[] one = bytes(Batch.of(List.of(RetryRun.rows(row, 1))));
    for (int at = 0; at < all.length; at += one.length) {
      if (Arrays.equals(all, at, at + one.length, one, 0, one.length)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] bytes(Batch batch) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      batch.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** After some batches were stored, a number of attempts fail, for any table. */
  void failAgainAfter(int successes, int failures) {
    successesUntil = successes;
    failuresThen = failures;
  }

  long look() {
    return now.addAndGet(millisALook);
  }

  synchronized List<Integer> stored(String table) {
    return stored.getOrDefault(table, List.of());
  }

  @Override
  public boolean fits(ClickHouseTable table) {
    return true;
  }

  @Override
  public void close() {}
}
