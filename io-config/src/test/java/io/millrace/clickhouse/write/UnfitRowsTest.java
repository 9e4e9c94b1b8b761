package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.clickhouse.client.api.ClientException;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.write.BatchInserter.Task;
import io.millrace.clickhouse.write.BatchInserter.Unwritten;
import io.millrace.fixtures.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows that do not fit their columns leave the batch before it is sent. */
class UnfitRowsTest {
  private static final ClickHouseTable TABLE = ClickHouseTable.of(TestEvents.queryEvents()).get(0);

  private final Server server = new Server();
  private final Report report = new Report();
  private long now = 1_000_000;
  private final BatchInserter writer =
      new BatchInserter(server, () -> now, millis -> now += millis);

  /** Rows are told apart by their event time. */
  private static RowBlock block(int from, int to) throws InvalidRowException {
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = from; n < to; n++) {
      builder.add(n, (v, out) -> out.writeInt(v), n, TestEvents.origin(n, 3));
    }
    return builder.build();
  }

  private static List<Long> numbers(Batch batch) {
    List<Long> numbers = new ArrayList<>();
    batch.forEachTime(numbers::add);
    return numbers;
  }

  /** Cannot hold some rows, and may lose its answers. */
  private static final class Server implements InsertClient {
    final Set<Long> unfit = new TreeSet<>();
    final List<Long> stored = new ArrayList<>();
    final List<String> tokens = new ArrayList<>();
    int lostAnswers;

    @Override
    public void insert(ClickHouseTable table, Batch batch) {
      List<UnfitRowsException.Row> rows = new ArrayList<>();
      List<Long> numbers = numbers(batch);
      for (int i = 0; i < numbers.size(); i++) {
        if (unfit.contains(numbers.get(i))) {
          rows.add(new UnfitRowsException.Row(i, "column `v`: " + i));
        }
      }
      if (!rows.isEmpty()) {
        throw new UnfitRowsException(rows);
      }
      tokens.add(batch.token());
      if (lostAnswers > 0) {
        lostAnswers--;
        throw new ClientException("connection reset");
      }
      stored.addAll(numbers);
    }

    @Override
    public boolean fits(ClickHouseTable table) {
      throw new AssertionError("no rejection of the server is to be explained");
    }

    @Override
    public void close() {}
  }

  private static final class Report implements BatchInserter.Listener {
    final List<Long> refused = new ArrayList<>();
    final List<String> reasons = new ArrayList<>();
    int written;

    @Override
    public void written(Batch part, long millis) {
      written += part.rowCount();
    }

    @Override
    public void refused(Batch row, String reason) {
      refused.addAll(numbers(row));
      refused.add(row.firstOrigin().offset());
      reasons.add(reason);
    }

    @Override
    public void retried() {}
  }

  @Test
  void theirNeighborsAreWrittenInOneInsert() throws Exception {
    server.unfit.addAll(List.of(0L, 4L, 5L, 9L));
    Batch batch = Batch.of(List.of(block(0, 5), block(5, 10)));
    assertThat(writer.write(TABLE, Task.first(batch), true, report), is(empty()));
    assertThat(report.refused, contains(0L, 0L, 4L, 4L, 5L, 5L, 9L, 9L));
    assertThat(
        report.reasons,
        contains("column `v`: 0", "column `v`: 4", "column `v`: 5", "column `v`: 9"));
    assertThat(server.stored, contains(1L, 2L, 3L, 6L, 7L, 8L));
    assertThat(server.tokens, hasSize(1));
    assertThat(report.written, is(6));
  }

  /** Rows of interleaved days are a slice each, so a pass over them for each row takes minutes. */
  @Test
  @Timeout(60)
  void manyOfInterleavedDays() throws Exception {
    int rows = 200_000;
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = 0; n < rows; n++) {
      long day = (n % 2) * 86_400_000L;
      builder.add(n, (v, out) -> out.writeInt(v), day + n, TestEvents.origin(n, 3));
      if (n % 10 != 0) {
        server.unfit.add(day + n);
      }
    }

    assertThat(
        writer.write(TABLE, Task.first(Batch.of(List.of(builder.build()))), true, report),
        is(empty()));

    assertThat(report.reasons, hasSize(rows / 10 * 9));
    assertThat(server.stored, hasSize(rows / 10));
    assertThat(report.refused.subList(0, 4), contains(2L, 2L, 4L, 4L));
    assertThat(report.refused.get(report.refused.size() - 1), is(rows - 1L));
  }

  @Test
  void aBatchOfThemIsNoInsert() throws Exception {
    server.unfit.addAll(List.of(0L, 1L, 2L));
    Batch batch = Batch.of(List.of(block(0, 3)));
    assertThat(writer.write(TABLE, Task.first(batch), true, report), is(empty()));
    assertThat(report.reasons, hasSize(3));
    assertThat(server.tokens, is(empty()));
  }

  @Test
  void theOthersKeepTheirTokenOverRetriesAndReplays() throws Exception {
    server.unfit.addAll(List.of(3L, 7L));
    server.lostAnswers = 100;
    Batch batch = Batch.of(List.of(block(0, 10)));
    List<Unwritten> unwritten = writer.write(TABLE, Task.first(batch), true, report);
    assertThat(unwritten, hasSize(1));
    assertThat(unwritten.get(0).maybeWritten(), is(true));
    assertThat(report.reasons, hasSize(2));
    // The step that retries holds them as a block of their own.
    Batch waiting = Batch.of(List.of(WaitingBatch.of(unwritten.get(0)).rows()));
    server.lostAnswers = 0;
    assertThat(writer.write(TABLE, new Task(waiting, true, 1), true, report), is(empty()));
    assertThat("none is rejected twice", report.reasons, hasSize(2));
    assertThat(server.stored, hasSize(8));
    // A replay of the whole batch after a crash.
    assertThat(writer.write(TABLE, Task.first(batch), true, report), is(empty()));
    assertThat(Set.copyOf(server.tokens), hasSize(1));
    assertThat(server.tokens.get(0), is(not(batch.token())));
  }

  @Test
  void rowsThatMayBeWrittenAreNotTakenApartIfAColumnBecomesNarrower() throws Exception {
    server.lostAnswers = 100;
    Batch batch = Batch.of(List.of(block(0, 10)));
    List<Unwritten> unwritten = writer.write(TABLE, Task.first(batch), true, report);
    assertThat(unwritten.get(0).maybeWritten(), is(true));
    server.lostAnswers = 0;
    server.unfit.add(3L);

    List<Unwritten> waiting =
        writer.write(TABLE, new Task(unwritten.get(0).rows(), true, 1), true, report);

    assertThat(report.reasons, is(empty()));
    assertThat(waiting, hasSize(1));
    assertThat(waiting.get(0).rows().token(), is(batch.token()));
    assertThat(waiting.get(0).maybeWritten(), is(true));
    assertThat(waiting.get(0).failure().remedy(), is("make the column as wide as it was"));
    server.unfit.clear();
    Task again = new Task(waiting.get(0).rows(), true, 2);
    assertThat(writer.write(TABLE, again, true, report), is(empty()));
    assertThat(Set.copyOf(server.tokens), hasSize(1));
  }

  @Test
  void aRowWithoutAnotherDestinationWaitsAlone() throws Exception {
    server.unfit.add(2L);
    Batch batch = Batch.of(List.of(block(0, 5)));
    List<Unwritten> unwritten = writer.write(TABLE, Task.first(batch), false, report);
    assertThat(report.refused, is(empty()));
    assertThat(server.stored, contains(0L, 1L, 3L, 4L));
    assertThat(unwritten, hasSize(1));
    assertThat(numbers(unwritten.get(0).rows()), contains(2L));
    WaitingBatch waiting = WaitingBatch.of(unwritten.get(0));
    assertThat(waiting.alone(), is(true));
    assertThat(waiting.operator(), is(true));
  }

  @Test
  void anyRowsOfAnyBatchCanBeLeftOut() throws Exception {
    Random random = new Random(16);
    for (int round = 0; round < 300; round++) {
      List<RowBlock> blocks = new ArrayList<>();
      int rows = 0;
      for (int i = random.nextInt(4); i >= 0; i--) {
        int more = 1 + random.nextInt(6);
        blocks.add(block(rows, rows + more));
        rows += more;
      }
      Batch batch = Batch.of(blocks);
      // A part of it begins within a block.
      int from = random.nextInt(2) == 0 ? 0 : rows / 2;
      Batch part = from == 0 ? batch : batch.secondHalf();
      List<Integer> left = new ArrayList<>();
      List<Long> expected = new ArrayList<>();
      for (int row = from; row < rows; row++) {
        if (random.nextInt(3) == 0) {
          left.add(row - from);
        } else {
          expected.add((long) row);
        }
      }
      Batch rest = part.without(left);
      assertThat(numbers(rest), is(expected));
      assertThat(rest.rowCount(), is(expected.size()));
      if (!expected.isEmpty()) {
        assertThat(numbers(Batch.of(List.of(rest.toBlock()))), is(expected));
        assertThat(Batch.of(List.of(rest.toBlock())).token(), is(rest.token()));
      }
    }
  }
}
