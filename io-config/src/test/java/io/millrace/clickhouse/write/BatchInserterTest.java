package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clickhouse.client.api.ClientException;
import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.ClickHouseErrors.Kind;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.write.BatchInserter.Task;
import io.millrace.clickhouse.write.BatchInserter.Unwritten;
import io.millrace.fixtures.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchInserterTest {
  private static final ClickHouseTable TABLE = ClickHouseTable.of(TestEvents.queryEvents()).get(0);

  private final List<Long> pauses = new ArrayList<>();
  private final FakeServer server = new FakeServer();
  private final Report report = new Report();
  private long now = 1_000_000;

  private final BatchInserter writer =
      new BatchInserter(
          server,
          () -> now,
          millis -> {
            pauses.add(millis);
            now += millis;
          });

  private List<Unwritten> write(Batch batch) throws InterruptedException {
    return writer.write(TABLE, Task.first(batch), true, report);
  }

  /** Rows are told apart by their event time. */
  private static Batch rows(int from, int to) throws InvalidRowException {
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = from; n < to; n++) {
      builder.add(n, (v, out) -> out.writeInt(v), n, TestEvents.origin(n, 3));
    }
    return Batch.of(List.of(builder.build()));
  }

  private static Set<Long> numbers(Batch batch) {
    Set<Long> numbers = new TreeSet<>();
    batch.forEachTime(numbers::add);
    return numbers;
  }

  /** Fails as it is told, then takes everything but bad rows. */
  private static final class FakeServer implements InsertClient {
    final List<RuntimeException> failures = new ArrayList<>();
    final Set<Long> bad = new TreeSet<>();
    final List<Long> stored = new ArrayList<>();
    final List<String> tokens = new ArrayList<>();
    boolean fits = true;
    int mostRows = Integer.MAX_VALUE;
    int inserts;

    @Override
    public void insert(ClickHouseTable table, Batch batch) {
      inserts++;
      tokens.add(batch.token());
      if (batch.rowCount() > mostRows) {
        throw new ServerException(0, "<html>Too large</html>", 413);
      }
      if (later != null && inserts > laterAfter) {
        throw later;
      }
      if (!failures.isEmpty()) {
        throw failures.remove(0);
      }
      Set<Long> numbers = numbers(batch);
      if (numbers.stream().anyMatch(bad::contains)) {
        throw new ClientException(
            "insert failed", new ServerException(469, "Code: 469. DB::Exception: bad row"));
      }
      stored.addAll(numbers);
    }

    private RuntimeException later;
    private int laterAfter;

    void failuresAfter(int count, RuntimeException failure) {
      laterAfter = inserts + count;
      later = failure;
    }

    @Override
    public boolean fits(ClickHouseTable table) {
      return fits;
    }

    @Override
    public void close() {}
  }

  private static final class Report implements BatchInserter.Listener {
    final List<Integer> written = new ArrayList<>();
    final List<Long> refused = new ArrayList<>();
    final List<String> reasons = new ArrayList<>();
    int retries;

    @Override
    public void written(Batch part, long millis) {
      written.add(part.rowCount());
    }

    @Override
    public void refused(Batch row, String reason) {
      refused.addAll(numbers(row));
      reasons.add(reason);
    }

    @Override
    public void retried() {
      retries++;
    }
  }

  @Test
  void oneInsertIfAllIsWell() throws Exception {
    assertThat(write(rows(0, 100)), is(empty()));
    assertThat(server.inserts, is(1));
    assertThat(report.written, contains(100));
    assertThat(pauses, is(empty()));
  }

  @Test
  void anEmptyBatchIsNoInsert() throws Exception {
    assertThat(write(rows(0, 0)), is(empty()));
    assertThat(server.inserts, is(0));
  }

  @Test
  void exactlyTheBadRowsAreRefused() throws Exception {
    server.bad.addAll(List.of(0L, 37L, 38L, 99L));
    assertThat(write(rows(0, 100)), is(empty()));
    assertThat(report.refused, contains(0L, 37L, 38L, 99L));
    assertThat(report.reasons, everyItem(is("ClickHouse: Code: 469. DB::Exception: bad row")));
    assertThat(server.stored, hasSize(96));
    assertThat(new TreeSet<>(server.stored), hasSize(96));
    assertThat(report.written.stream().mapToInt(n -> n).sum(), is(96));
    assertThat(server.inserts, is(lessThanOrEqualTo(60)));
    assertThat(report.retries, is(0));
  }

  @Test
  void aFaultThatPassesWithinASecondIsWaitedFor() throws Exception {
    server.failures.add(new ClientException("connection reset"));
    server.failures.add(new ServerException(252, "Code: 252. Too many parts"));
    assertThat(write(rows(0, 10)), is(empty()));
    assertThat(report.written, contains(10));
    assertThat(report.retries, is(2));
    assertThat(pauses, contains(100L, 200L));
    // All attempts were the same batch: the server knows it by its token.
    assertThat(Set.copyOf(server.tokens), hasSize(1));
  }

  @Test
  void rowsComeBackIfAFaultLasts() throws Exception {
    for (int i = 0; i < 50; i++) {
      server.failures.add(new ServerException(0, "<html>Bad day</html>", 503));
    }
    List<Unwritten> unwritten = write(rows(0, 10));
    assertThat(unwritten, hasSize(1));
    assertThat(numbers(unwritten.get(0).rows()), hasSize(10));
    assertThat(unwritten.get(0).failure().kind(), is(Kind.WAIT));
    assertThat(unwritten.get(0).maybeWritten(), is(true));
    assertThat(now - 1_000_000, is(lessThanOrEqualTo(1_000L)));
    assertThat(report.written, is(empty()));
    assertThat(report.refused, is(empty()));
  }

  @ParameterizedTest
  @CsvSource({"252, false", "242, false", "159, true", "319, true", "123456, true"})
  void itIsKnownWhetherRowsMayBeInTheirTable(int code, boolean maybeWritten) throws Exception {
    for (int i = 0; i < 50; i++) {
      server.failures.add(new ServerException(code, "Code: " + code + ". x"));
    }
    assertThat(write(rows(0, 10)).get(0).maybeWritten(), is(maybeWritten));
  }

  @Test
  void oneLostAnswerIsEnoughToBeCareful() throws Exception {
    server.failures.add(new ClientException("connection reset"));
    for (int i = 0; i < 50; i++) {
      server.failures.add(new ServerException(252, "Code: 252. Too many parts"));
    }
    assertThat(write(rows(0, 10)).get(0).maybeWritten(), is(true));
  }

  @Test
  void anOperatorsMistakeComesBackAtOnceWithTheRemedy() throws Exception {
    server.failures.add(new ServerException(60, "Code: 60. Table does not exist"));
    List<Unwritten> unwritten = write(rows(0, 10));
    assertThat(pauses, is(empty()));
    assertThat(unwritten.get(0).failure().kind(), is(Kind.OPERATOR));
    WaitingBatch waiting = WaitingBatch.of(unwritten.get(0));
    assertThat(waiting.operator(), is(true));
    assertThat(waiting.maybeWritten(), is(false));
    assertThat(
        waiting.reason(),
        is(
            "Code: 60. Table does not exist -> create the table: `millrace check` shows"
                + " what is missing"));
  }

  @Test
  void aTableThatHasChangedIsNoFaultOfTheRows() throws Exception {
    server.fits = false;
    server.failures.add(new ServerException(27, "Code: 27. Cannot parse"));
    List<Unwritten> unwritten = write(rows(0, 10));
    assertThat(report.refused, is(empty()));
    assertThat(unwritten.get(0).failure().kind(), is(Kind.OPERATOR));
  }

  @Test
  void aDeadLetterIsNeverRefused() throws Exception {
    server.failures.add(new ServerException(469, "Code: 469. Violated"));
    List<Unwritten> unwritten = writer.write(TABLE, Task.first(rows(0, 10)), false, report);
    assertThat(report.refused, is(empty()));
    // The halves were taken: the fault had passed.
    assertThat(unwritten, is(empty()));
    assertThat(report.written, contains(5, 5));
  }

  @Test
  void aBadRowThatCanGoNowhereElseHoldsUpNoOther() throws Exception {
    server.bad.add(7L);
    List<Unwritten> unwritten = writer.write(TABLE, Task.first(rows(0, 10)), false, report);
    assertThat(server.stored, hasSize(9));
    assertThat(unwritten, hasSize(1));
    assertThat(numbers(unwritten.get(0).rows()), contains(7L));
    WaitingBatch waiting = WaitingBatch.of(unwritten.get(0));
    assertThat(waiting.reason(), containsString("have no other destination"));
    assertThat(waiting.operator(), is(true));
    assertThat(waiting.alone(), is(true));
    assertThat(report.retries, is(1));
  }

  @Test
  void whatFailsInOneOfSeveralPartitionsMayBeWrittenInPart() throws Exception {
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = 0; n < 10; n++) {
      builder.add(n, (v, out) -> out.writeInt(v), n * 86_400_000L, TestEvents.origin(n, 3));
    }
    server.failures.add(new ServerException(241, "Code: 241. Memory limit"));
    List<Unwritten> unwritten = write(Batch.of(List.of(builder.build())));
    assertThat(unwritten.get(0).maybeWritten(), is(true));
    // In the end rows that may be there twice are better than rows that never come.
    server.failures.add(new ServerException(241, "Code: 241. Memory limit"));
    Task late = new Task(unwritten.get(0).rows(), true, 10);
    assertThat(writer.write(TABLE, late, true, report), is(empty()));
    assertThat(report.written, contains(5, 5));
  }

  @Test
  void whatIsTooLargeIsHalved() throws Exception {
    server.mostRows = 10;
    assertThat(write(rows(0, 100)), is(empty()));
    assertThat(new TreeSet<>(server.stored), hasSize(100));
    assertThat(server.stored, hasSize(100));
    assertThat(report.refused, is(empty()));
  }

  @Test
  void aRowThatIsTooLargeByItselfIsRefused() throws Exception {
    server.mostRows = 0;
    assertThat(write(rows(0, 2)), is(empty()));
    assertThat(report.refused, contains(0L, 1L));
  }

  @Test
  void aBatchThatNeverFindsMemoryIsHalved() throws Exception {
    server.failures.add(new ServerException(241, "Code: 241. Memory limit"));
    assertThat(write(rows(0, 100)), hasSize(1));
    server.failures.add(new ServerException(241, "Code: 241. Memory limit"));
    assertThat(writer.write(TABLE, new Task(rows(0, 100), false, 5), true, report), is(empty()));
    assertThat(report.written, contains(50, 50));
    // One that may be written already keeps its token.
    server.failures.add(new ServerException(241, "Code: 241. Memory limit"));
    assertThat(writer.write(TABLE, new Task(rows(0, 100), true, 5), true, report), hasSize(1));
  }

  @Test
  void theRestOfABatchComesBackUntried() throws Exception {
    server.bad.add(3L);
    // The whole, its first half, the half of that; then the server goes away.
    server.failuresAfter(3, new ServerException(60, "Code: 60. Table does not exist"));
    List<Unwritten> unwritten = write(rows(0, 100));
    assertThat(unwritten, hasSize(2));
    int rows = unwritten.stream().mapToInt(u -> u.rows().rowCount()).sum();
    assertThat(rows + server.stored.size() + report.refused.size(), is(100));
    assertThat(unwritten.get(1).maybeWritten(), is(false));
  }

  @Test
  void eachDayIsABatchIfItHasRowsEnough() throws Exception {
    long day = 86_400_000;
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = 0; n < 3_000; n++) {
      builder.add(n, (v, out) -> out.writeInt(v), n % 2 * day + n, TestEvents.origin(n, 3));
    }
    assertThat(write(Batch.of(List.of(builder.build()))), is(empty()));
    assertThat(report.written, contains(1_500, 1_500));
    assertThat(new TreeSet<>(server.stored), hasSize(3_000));
  }

  @Test
  void aFewRowsOfAnotherDayStayInTheirBatch() throws Exception {
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = 0; n < 3_000; n++) {
      builder.add(n, (v, out) -> out.writeInt(v), n * 30_000L, TestEvents.origin(n, 3));
    }
    assertThat(write(Batch.of(List.of(builder.build()))), is(empty()));
    assertThat(report.written, contains(3_000));
  }

  @Test
  void stopsWhenTheWorkerStops() throws Exception {
    Batch batch = rows(0, 10);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> write(batch));
    assertThat(server.inserts, is(0));
    assertThat(report.written, is(empty()));
  }
}
