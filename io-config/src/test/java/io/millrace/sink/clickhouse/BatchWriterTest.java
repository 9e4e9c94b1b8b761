package io.millrace.sink.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.clickhouse.client.api.ClientException;
import com.clickhouse.client.api.ServerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BatchWriterTest {
  private static final ClickHouseTable TABLE = ClickHouseTable.of(TestEvents.queryEvents()).get(0);

  private final List<Long> pauses = new ArrayList<>();
  private final FakeServer server = new FakeServer();
  private final Report report = new Report();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private long now = 1_000_000;

  private final BatchWriter writer =
      new BatchWriter(
          server,
          () -> now,
          millis -> {
            pauses.add(millis);
            now += millis;
          });

  @BeforeEach
  void listen() {
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void unlisten() {
    logger().detachAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(BatchWriter.class);
  }

  /** Rows are told apart by their event time. */
  private static Batch rows(int from, int to) throws ContentException {
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
    boolean fits = true;
    int inserts;

    @Override
    public void insert(ClickHouseTable table, Batch batch) {
      inserts++;
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

    @Override
    public boolean fits(ClickHouseTable table) {
      return fits;
    }

    @Override
    public void close() {}
  }

  private static final class Report implements BatchWriter.Listener {
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
    writer.write(TABLE, rows(0, 100), true, report);
    assertThat(server.inserts, is(1));
    assertThat(report.written, contains(100));
    assertThat(pauses, is(empty()));
    assertThat(log.list, is(empty()));
  }

  @Test
  void anEmptyBatchIsNoInsert() throws Exception {
    writer.write(TABLE, rows(0, 0), true, report);
    assertThat(server.inserts, is(0));
  }

  @Test
  void exactlyTheBadRowsAreRefused() throws Exception {
    server.bad.addAll(List.of(0L, 37L, 38L, 99L));
    writer.write(TABLE, rows(0, 100), true, report);
    assertThat(report.refused, contains(0L, 37L, 38L, 99L));
    assertThat(report.reasons, everyItem(is("ClickHouse: Code: 469. DB::Exception: bad row")));
    assertThat(server.stored, hasSize(96));
    assertThat(new TreeSet<>(server.stored), hasSize(96));
    assertThat(report.written.stream().mapToInt(n -> n).sum(), is(96));
    assertThat(server.inserts, is(lessThanOrEqualTo(60)));
    assertThat(report.retries, is(0));
  }

  @Test
  void waitsForAsLongAsItTakes() throws Exception {
    for (int i = 0; i < 50; i++) {
      server.failures.add(new ClientException("connection refused"));
      server.failures.add(new ServerException(252, "Code: 252. Too many parts"));
      server.failures.add(new ServerException(0, "<html>Bad day</html>", 503));
      server.failures.add(new ServerException(123_456, "Code: 123456. A code of the future"));
    }
    writer.write(TABLE, rows(0, 10), true, report);
    assertThat(report.written, contains(10));
    assertThat(report.refused, is(empty()));
    assertThat(report.retries, is(200));
    assertThat(pauses, hasSize(200));
    assertThat(pauses.get(0), is(lessThanOrEqualTo(100L)));
    assertThat(
        pauses.get(199), is(allOf(greaterThanOrEqualTo(15_000L), lessThanOrEqualTo(30_000L))));
  }

  @Test
  void pausesGrowAndDiffer() throws Exception {
    for (int i = 0; i < 40; i++) {
      server.failures.add(new ServerException(241, "Code: 241. Memory limit"));
    }
    writer.write(TABLE, rows(0, 1), true, report);
    assertThat(pauses.get(8), is(greaterThan(pauses.get(0) * 50)));
    assertThat(new TreeSet<>(pauses.subList(10, 40)), hasSize(greaterThan(5)));
  }

  @Test
  void saysSoOnceAMinute() throws Exception {
    long start = now;
    for (int i = 0; i < 100; i++) {
      server.failures.add(new ServerException(202, "Code: 202. Too many queries"));
    }
    writer.write(TABLE, rows(0, 10), true, report);
    long minutes = (now - start) / 60_000;
    assertThat(minutes, is(greaterThan(20L)));
    assertThat(
        (long) log.list.size(),
        is(allOf(greaterThan(minutes / 2), lessThanOrEqualTo(minutes + 1))));
    assertThat(log.list.get(0).getLevel(), is(Level.WARN));
    assertThat(
        log.list.get(0).getFormattedMessage(),
        is("ClickHouse table sink_output: 10 rows wait since 0 s: Code: 202. Too many queries"));
  }

  @Test
  void anOperatorsMistakeIsAnErrorWithTheRemedy() throws Exception {
    server.failures.add(new ServerException(60, "Code: 60. Table does not exist"));
    writer.write(TABLE, rows(0, 10), true, report);
    assertThat(report.written, contains(10));
    assertThat(log.list.get(0).getLevel(), is(Level.ERROR));
    assertThat(
        log.list.get(0).getFormattedMessage(),
        is(
            "ClickHouse table sink_output: 10 rows wait since 0 s until this is mended:"
                + " Code: 60. Table does not exist -> create the table: `millrace check` shows"
                + " what is missing"));
  }

  @Test
  void aTableThatHasChangedIsNoFaultOfTheRows() throws Exception {
    server.fits = false;
    server.failures.add(new ServerException(53, "Code: 53. Type mismatch"));
    writer.write(TABLE, rows(0, 10), true, report);
    assertThat(report.refused, is(empty()));
    assertThat(report.written, contains(10));
    assertThat(log.list.get(0).getLevel(), is(Level.ERROR));
  }

  @Test
  void aDeadLetterIsNeverRefused() throws Exception {
    server.failures.add(new ServerException(469, "Code: 469. Violated"));
    writer.write(TABLE, rows(0, 10), false, report);
    assertThat(report.refused, is(empty()));
    assertThat(report.written, contains(10));
    assertThat(report.retries, is(1));
  }

  @Test
  void stopsWhenTheWorkerStops() throws Exception {
    Batch batch = rows(0, 10);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> writer.write(TABLE, batch, true, report));
    assertThat(server.inserts, is(0));
    assertThat(report.written, is(empty()));
  }
}
