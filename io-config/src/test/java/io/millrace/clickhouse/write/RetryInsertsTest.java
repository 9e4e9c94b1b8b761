package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseConfig.OnOperatorError;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.RowBlockCoder;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.write.TableWriter.Tools;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.Outcome;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.SinkException;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import io.millrace.io.retry.RetryFn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** What {@link InsertWithRetry} does with tables that fail, under a clock that the test moves. */
@ExtendWith(TestPipelineExtension.class)
class RetryInsertsTest {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final String NORMAL = CONTRACT.tables().normal().name();
  private static final String ERROR = CONTRACT.tables().error().name();
  private static final KvCoder<String, Iterable<RowBlock>> CODER =
      KvCoder.of(StringUtf8Coder.of(), IterableCoder.of(RowBlockCoder.of()));

  /** Steps are copied to their workers, which are threads of this JVM: they meet here. */
  private static FakeServer server;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    server = new FakeServer();
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void unlisten() {
    logger().detachAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(RetryFn.class);
  }

  /** A server whose tables fail a number of times, with an error of their own. */
  private static final class FakeServer implements InsertClient {
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
      if (name.equals(NORMAL)) {
        rejected = -1;
        storedBeforeNormal = List.copyOf(stored.getOrDefault(ERROR, List.of()));
      }
      stored.computeIfAbsent(name, t -> new ArrayList<>()).add(batch.rowCount());
      int batches = stored.getOrDefault(ERROR, List.of()).size();
      if (batches == successesUntil) {
        fail(ERROR, failuresThen, missingTable());
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
      byte[] one = bytes(Batch.of(List.of(rows(row, 1))));
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

  private static RowBlock rows(int from, int count) {
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = from; n < from + count; n++) {
      int value = n;
      builder.addWithoutOrigin(TestEvents.BASE_TIME, out -> out.writeInt(value));
    }
    return builder.build();
  }

  private static KV<String, Iterable<RowBlock>> batch(String table, int from, int count) {
    return KV.of(table, List.of(rows(from, count)));
  }

  private static PCollectionTuple write(
      Pipeline pipeline,
      TestStream<KV<String, Iterable<RowBlock>>> batches,
      Batching batching,
      OnOperatorError onOperatorError) {
    Map<String, InsertTarget> targets = new HashMap<>();
    // Rollups' and the audit's rows have no origins: so do these.
    targets.put(
        NORMAL, InsertTarget.rollup(ClickHouseTable.of(CONTRACT, CONTRACT.tables().normal())));
    targets.put(
        ERROR, InsertTarget.rollup(ClickHouseTable.of(CONTRACT, CONTRACT.tables().error())));
    TableWriter.Config config =
        new TableWriter.Config(
            targets,
            "audit",
            CONTRACT.name(),
            onOperatorError,
            new Tools(() -> server, () -> server.look(), millis -> server.now.addAndGet(millis)),
            DeadLetterFactory.of(CONTRACT, "test", Clock.system()));
    return PCollectionList.of(pipeline.apply(batches))
        .apply(InsertWithRetry.of(config, batching, List.of("InsertBatches")));
  }

  private static TestStream.Builder<KV<String, Iterable<RowBlock>>> stream() {
    return TestStream.create(CODER);
  }

  private static long rowsWritten(Iterable<WrittenBatch> batches) {
    long sum = 0;
    for (WrittenBatch batch : batches) {
      sum += batch.rows();
    }
    return sum;
  }

  private static void assertRowsWritten(PCollectionTuple written, long rows) {
    PAssert.that(written.get(WriteResult.WRITTEN))
        .satisfies(
            batches -> {
              assertThat(rowsWritten(batches), is(rows));
              return null;
            });
  }

  private static ServerException missingTable() {
    return new ServerException(60, "Code: 60. Table does not exist");
  }

  @Test
  void aBrokenTableHoldsUpNoOther(TestPipeline pipeline) {
    server.fail(ERROR, 3, missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream()
            .addElements(batch(ERROR, 0, 5))
            .addElements(batch(NORMAL, 0, 7))
            .advanceProcessingTime(Duration.millis(100))
            .addElements(batch(NORMAL, 10, 8))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    assertRowsWritten(write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 20);
    pipeline.run();
    assertThat(server.stored(NORMAL), containsInAnyOrder(7, 8));
    assertThat(server.stored(ERROR), contains(5));
  }

  @Test
  void rowsThatWereTurnedAwayAreJoined(TestPipeline pipeline) {
    server.fail(ERROR, 1, missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream()
            .addElements(batch(ERROR, 0, 5), batch(ERROR, 5, 1), batch(ERROR, 6, 1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    assertRowsWritten(write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 7);
    pipeline.run();
    assertThat(server.stored(ERROR), contains(7));
  }

  @Test
  void rowsThatMayBeWrittenKeepTheirToken(TestPipeline pipeline) {
    server.fail(ERROR, 6, new ServerException(0, "<html>Bad gateway</html>", 502));
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream()
            .addElements(batch(ERROR, 0, 5))
            .addElements(batch(ERROR, 5, 1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    assertRowsWritten(write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 6);
    pipeline.run();
    // The first batch went alone until it was in; the second was never tried before.
    assertThat(server.stored(ERROR), containsInAnyOrder(5, 1));
    Set<String> tokens = new HashSet<>(server.tokensTried.get(ERROR));
    assertThat(tokens, hasSize(2));
  }

  @Test
  void timestampsComeInAnyOrder(TestPipeline pipeline) {
    server.fail(ERROR, 4, missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream()
            .addElements(TimestampedValue.of(batch(ERROR, 0, 5), Instant.ofEpochMilli(9_000)))
            .addElements(TimestampedValue.of(batch(ERROR, 5, 1), Instant.ofEpochMilli(5_000)))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .addElements(TimestampedValue.of(batch(ERROR, 6, 1), Instant.ofEpochMilli(1_000)))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    assertRowsWritten(write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 7);
    pipeline.run();
  }

  /** The table takes one batch and then fails again: the step that waits is told in vain. */
  @Test
  void aTableThatComesAndGoes(TestPipeline pipeline) {
    server.fail(ERROR, 1, missingTable());
    server.failAgainAfter(1, 3);
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream()
            .addElements(TimestampedValue.of(batch(ERROR, 0, 5), Instant.ofEpochMilli(1_000)))
            .addElements(TimestampedValue.of(batch(NORMAL, 0, 1), Instant.ofEpochMilli(2_000)))
            .addElements(TimestampedValue.of(batch(ERROR, 5, 1), Instant.ofEpochMilli(9_000)))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    // Each look at the clock is a second later, so the second batch is tried straight.
    server.millisALook = 1_000;
    assertRowsWritten(write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 7);
    pipeline.run();
    assertThat(server.stored(ERROR).stream().mapToInt(n -> n).sum(), is(6));
  }

  @Test
  void theEndOfTheInputWaitsForTheTable(TestPipeline pipeline) {
    server.fail(ERROR, 40, missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream().addElements(batch(ERROR, 0, 5)).advanceWatermarkToInfinity();
    assertRowsWritten(write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 5);
    pipeline.run();
    assertThat(server.stored(ERROR), contains(5));
  }

  @Test
  void tooManyRowsToKeepMakeThePipelineWait(TestPipeline pipeline) {
    server.fail(ERROR, 30, missingTable());
    // No time passes for the timers: only a step that does not return can have written them.
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream()
            .addElements(batch(ERROR, 0, 500))
            .addElements(batch(NORMAL, 0, 7))
            .advanceWatermarkToInfinity();
    assertRowsWritten(
        write(pipeline, batches, Batching.DEFAULT.withMaxWaitingBytes(1_000), OnOperatorError.WAIT),
        507);
    long before = server.now.get();
    pipeline.run();
    assertThat(server.stored(ERROR), contains(500));
    assertThat(server.now.get() - before, is(greaterThan(60_000L)));
  }

  private static ServerException violatedConstraint() {
    return new ServerException(469, "Code: 469. Constraint `c` is violated");
  }

  /** A rejected row waits before an outage exceeds the limit of waiting bytes. */
  @Test
  void aRejectedRowIsLeftBehindWhenTheTableIsBack(TestPipeline pipeline) {
    server.reject(3, 500, violatedConstraint());
    server.fail(ERROR, 30, missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream()
            .addElements(batch(ERROR, 0, 5))
            .addElements(batch(ERROR, 5, 500))
            .addElements(batch(NORMAL, 1_000, 7))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    assertRowsWritten(
        write(pipeline, batches, Batching.DEFAULT.withMaxWaitingBytes(1_000), OnOperatorError.WAIT),
        512);
    pipeline.run();
    assertThat(
        "all but one, before the normal table's rows",
        server.storedBeforeNormal.stream().mapToInt(n -> n).sum(),
        is(504));
    assertThat(server.rejections, is(lessThan(500)));
    assertThat("as it waits", server.stored(ERROR).stream().mapToInt(n -> n).sum(), is(505));
    assertThat(
        log.list.stream().map(ILoggingEvent::getFormattedMessage).toList(),
        hasItem(endsWith("they take more memory than --maxWaitingBytes")));
  }

  @Test
  void theEndOfTheInputSaysWhatItWaitsFor(TestPipeline pipeline) {
    server.reject(3, 40, violatedConstraint());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream().addElements(batch(ERROR, 0, 5)).advanceWatermarkToInfinity();
    assertRowsWritten(write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 5);
    pipeline.run();
    assertThat(server.stored(ERROR).stream().mapToInt(n -> n).sum(), is(5));
    List<ILoggingEvent> atTheEnd =
        log.list.stream()
            .filter(line -> line.getFormattedMessage().contains("the input has ended"))
            .toList();
    assertThat(atTheEnd.size(), is(greaterThan(1)));
    assertThat(atTheEnd.get(0).getLevel(), is(Level.ERROR));
    assertThat(
        atTheEnd.get(0).getFormattedMessage(),
        matchesPattern(
            "ClickHouse table "
                + ERROR
                + ": 1 rows waiting for \\d+ s; operator action needed: ClickHouse: Code: 469\\. .*"
                + "; the input has ended, and the pipeline cannot finish while they wait:"
                + " fix the cause, or cancel the pipeline and lose them"));
  }

  /** A row for which there is never memory enough, even alone. */
  @Test
  void aRowThatFindsNoMemoryHoldsUpNoOther(TestPipeline pipeline) {
    server.reject(2, 500, new ServerException(241, "Code: 241. Memory limit exceeded"));
    TestStream.Builder<KV<String, Iterable<RowBlock>>> batches =
        stream().addElements(batch(ERROR, 0, 8)).addElements(batch(ERROR, 8, 8));
    for (int minute = 0; minute < 10; minute++) {
      batches = batches.advanceProcessingTime(Duration.standardMinutes(1));
    }
    assertRowsWritten(
        write(
            pipeline,
            batches
                .addElements(batch(NORMAL, 1_000, 7))
                .advanceProcessingTime(Duration.standardMinutes(1))
                .advanceWatermarkToInfinity(),
            Batching.DEFAULT,
            OnOperatorError.WAIT),
        23);
    pipeline.run();
    assertThat(server.storedBeforeNormal.stream().mapToInt(n -> n).sum(), is(15));
    assertThat(server.stored(ERROR).stream().mapToInt(n -> n).sum(), is(16));
  }

  @Test
  void saysSoOnceAMinute(TestPipeline pipeline) {
    server.fail(ERROR, 200, new ServerException(202, "Code: 202. Too many queries"));
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream().addElements(batch(ERROR, 0, 10)).advanceWatermarkToInfinity();
    assertRowsWritten(write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 10);
    long before = server.now.get();
    pipeline.run();
    long minutes = (server.now.get() - before) / 60_000;
    assertThat(minutes, is(greaterThan(3L)));
    List<String> lines =
        log.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.toList());
    // Once when the rows begin to wait, once when the input has ended, once a minute beside.
    assertThat(lines.toString(), lines.size() <= minutes + 2 && lines.size() >= minutes / 2);
    assertThat(log.list.get(0).getLevel(), is(Level.WARN));
    assertThat(
        lines.get(0),
        is("ClickHouse table " + ERROR + ": 10 rows waiting for 0 s: Code: 202. Too many queries"));
  }

  @Test
  void anOperatorIsToldWhatToDo(TestPipeline pipeline) {
    server.fail(ERROR, 5, missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream().addElements(batch(ERROR, 0, 10)).advanceWatermarkToInfinity();
    write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT);
    pipeline.run();
    assertThat(log.list.get(0).getLevel(), is(Level.ERROR));
    assertThat(
        log.list.get(0).getFormattedMessage(),
        is(
            "ClickHouse table "
                + ERROR
                + ": 10 rows waiting for 0 s; operator action needed: Code: 60. Table does not"
                + " exist -> create the table: `millrace check` shows what is missing"));
  }

  @Test
  void aBatchJobMayFailInstead(TestPipeline pipeline) {
    server.fail(ERROR, 5, missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        stream().addElements(batch(ERROR, 0, 10)).advanceWatermarkToInfinity();
    write(pipeline, batches, Batching.DEFAULT, OnOperatorError.FAIL);
    Pipeline.PipelineExecutionException failure =
        assertThrows(Pipeline.PipelineExecutionException.class, pipeline::run);
    assertThat(failure.getCause() instanceof SinkException, is(true));
    assertThat(
        failure.getCause().getMessage(),
        is(
            "ClickHouse table "
                + ERROR
                + ": Code: 60. Table does not exist -> create the table: `millrace check` shows"
                + " what is missing"));
    assertThat(server.stored(ERROR), is(empty()));
  }

  @Test
  void whatWaitsSurvivesItsCoder() throws Exception {
    WaitingBatch batch = new WaitingBatch(rows(3, 4), true, false, true, "because");
    WaitingBatch copy = CoderUtils.clone(WaitingBatch.Coder.of(), batch);
    assertThat(copy, is(batch));
    assertThat(
        InsertTarget.of(ClickHouseTable.of(CONTRACT).get(0), Outcome.DEAD).refusable(), is(false));
  }
}
