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
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.event.Outcome;
import io.millrace.io.SinkException;
import io.millrace.io.retry.RetryFn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
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
  private static final Batching SMALL_WAIT =
      new Batching(Batching.Mode.STATE, 50_000, 64 << 20, java.time.Duration.ofSeconds(2), 1_000);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    RetryRun.server = new FailingInsertClient();
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

  @Test
  void aBrokenTableHoldsUpNoOther(TestPipeline pipeline) {
    RetryRun.server.fail(RetryRun.ERROR, 3, RetryRun.missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 5))
            .addElements(RetryRun.batch(RetryRun.NORMAL, 0, 7))
            .advanceProcessingTime(Duration.millis(100))
            .addElements(RetryRun.batch(RetryRun.NORMAL, 10, 8))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 20);
    pipeline.run();
    assertThat(RetryRun.server.stored(RetryRun.NORMAL), containsInAnyOrder(7, 8));
    assertThat(RetryRun.server.stored(RetryRun.ERROR), contains(5));
  }

  @Test
  void rowsThatWereTurnedAwayAreJoined(TestPipeline pipeline) {
    RetryRun.server.fail(RetryRun.ERROR, 1, RetryRun.missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(
                RetryRun.batch(RetryRun.ERROR, 0, 5),
                RetryRun.batch(RetryRun.ERROR, 5, 1),
                RetryRun.batch(RetryRun.ERROR, 6, 1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 7);
    pipeline.run();
    assertThat(RetryRun.server.stored(RetryRun.ERROR), contains(7));
  }

  @Test
  void rowsThatMayBeWrittenKeepTheirToken(TestPipeline pipeline) {
    RetryRun.server.fail(
        RetryRun.ERROR, 6, new ServerException(0, "<html>Bad gateway</html>", 502));
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 5))
            .addElements(RetryRun.batch(RetryRun.ERROR, 5, 1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 6);
    pipeline.run();
    // The first batch went alone until it was in; the second was never tried before.
    assertThat(RetryRun.server.stored(RetryRun.ERROR), containsInAnyOrder(5, 1));
    Set<String> tokens = new HashSet<>(RetryRun.server.tokensTried.get(RetryRun.ERROR));
    assertThat(tokens, hasSize(2));
  }

  @Test
  void timestampsComeInAnyOrder(TestPipeline pipeline) {
    RetryRun.server.fail(RetryRun.ERROR, 4, RetryRun.missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(
                TimestampedValue.of(
                    RetryRun.batch(RetryRun.ERROR, 0, 5), Instant.ofEpochMilli(9_000)))
            .addElements(
                TimestampedValue.of(
                    RetryRun.batch(RetryRun.ERROR, 5, 1), Instant.ofEpochMilli(5_000)))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .addElements(
                TimestampedValue.of(
                    RetryRun.batch(RetryRun.ERROR, 6, 1), Instant.ofEpochMilli(1_000)))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 7);
    pipeline.run();
  }

  /** The table takes one batch and then fails again: the step that waits is told in vain. */
  @Test
  void aTableThatComesAndGoes(TestPipeline pipeline) {
    RetryRun.server.fail(RetryRun.ERROR, 1, RetryRun.missingTable());
    RetryRun.server.failAgainAfter(1, 3);
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(
                TimestampedValue.of(
                    RetryRun.batch(RetryRun.ERROR, 0, 5), Instant.ofEpochMilli(1_000)))
            .addElements(
                TimestampedValue.of(
                    RetryRun.batch(RetryRun.NORMAL, 0, 1), Instant.ofEpochMilli(2_000)))
            .addElements(
                TimestampedValue.of(
                    RetryRun.batch(RetryRun.ERROR, 5, 1), Instant.ofEpochMilli(9_000)))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    // Each look at the clock is a second later, so the second batch is tried straight.
    RetryRun.server.millisALook = 1_000;
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 7);
    pipeline.run();
    assertThat(RetryRun.server.stored(RetryRun.ERROR).stream().mapToInt(n -> n).sum(), is(6));
  }

  @Test
  void theEndOfTheInputWaitsForTheTable(TestPipeline pipeline) {
    RetryRun.server.fail(RetryRun.ERROR, 40, RetryRun.missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 5))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 5);
    pipeline.run();
    assertThat(RetryRun.server.stored(RetryRun.ERROR), contains(5));
  }

  @Test
  void tooManyRowsToKeepMakeThePipelineWait(TestPipeline pipeline) {
    RetryRun.server.fail(RetryRun.ERROR, 30, RetryRun.missingTable());
    // No time passes for the timers: only a step that does not return can have written them.
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 500))
            .addElements(RetryRun.batch(RetryRun.NORMAL, 0, 7))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, SMALL_WAIT, OnOperatorError.WAIT), 507);
    long before = RetryRun.server.now.get();
    pipeline.run();
    assertThat(RetryRun.server.stored(RetryRun.ERROR), contains(500));
    assertThat(RetryRun.server.now.get() - before, is(greaterThan(60_000L)));
  }

  private static ServerException violatedConstraint() {
    return new ServerException(469, "Code: 469. Constraint `c` is violated");
  }

  /** A rejected row waits before an outage exceeds the limit of waiting bytes. */
  @Test
  void aRejectedRowIsLeftBehindWhenTheTableIsBack(TestPipeline pipeline) {
    RetryRun.server.reject(3, 500, violatedConstraint());
    RetryRun.server.fail(RetryRun.ERROR, 30, RetryRun.missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 5))
            .addElements(RetryRun.batch(RetryRun.ERROR, 5, 500))
            .addElements(RetryRun.batch(RetryRun.NORMAL, 1_000, 7))
            .advanceProcessingTime(Duration.standardMinutes(1))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, SMALL_WAIT, OnOperatorError.WAIT), 512);
    pipeline.run();
    assertThat(
        "all but one, before the normal table's rows",
        RetryRun.server.storedBeforeNormal.stream().mapToInt(n -> n).sum(),
        is(504));
    assertThat(RetryRun.server.rejections, is(lessThan(500)));
    assertThat(
        "as it waits",
        RetryRun.server.stored(RetryRun.ERROR).stream().mapToInt(n -> n).sum(),
        is(505));
    assertThat(
        log.list.stream().map(ILoggingEvent::getFormattedMessage).toList(),
        hasItem(endsWith("they take more memory than --maxWaitingBytes")));
  }

  @Test
  void theEndOfTheInputSaysWhatItWaitsFor(TestPipeline pipeline) {
    RetryRun.server.reject(3, 40, violatedConstraint());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 5))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 5);
    pipeline.run();
    assertThat(RetryRun.server.stored(RetryRun.ERROR).stream().mapToInt(n -> n).sum(), is(5));
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
                + RetryRun.ERROR
                + ": 1 rows waiting for \\d+ s; operator action needed: ClickHouse: Code: 469\\. .*"
                + "; the input has ended, and the pipeline cannot finish while they wait:"
                + " fix the cause, or cancel the pipeline and lose them"));
  }

  /** A row for which there is never memory enough, even alone. */
  @Test
  void aRowThatFindsNoMemoryHoldsUpNoOther(TestPipeline pipeline) {
    RetryRun.server.reject(2, 500, new ServerException(241, "Code: 241. Memory limit exceeded"));
    TestStream.Builder<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 8))
            .addElements(RetryRun.batch(RetryRun.ERROR, 8, 8));
    for (int minute = 0; minute < 10; minute++) {
      batches = batches.advanceProcessingTime(Duration.standardMinutes(1));
    }
    RetryRun.assertRowsWritten(
        RetryRun.write(
            pipeline,
            batches
                .addElements(RetryRun.batch(RetryRun.NORMAL, 1_000, 7))
                .advanceProcessingTime(Duration.standardMinutes(1))
                .advanceWatermarkToInfinity(),
            Batching.DEFAULT,
            OnOperatorError.WAIT),
        23);
    pipeline.run();
    assertThat(RetryRun.server.storedBeforeNormal.stream().mapToInt(n -> n).sum(), is(15));
    assertThat(RetryRun.server.stored(RetryRun.ERROR).stream().mapToInt(n -> n).sum(), is(16));
  }

  @Test
  void saysSoOnceAMinute(TestPipeline pipeline) {
    RetryRun.server.fail(
        RetryRun.ERROR, 200, new ServerException(202, "Code: 202. Too many queries"));
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 10))
            .advanceWatermarkToInfinity();
    RetryRun.assertRowsWritten(
        RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT), 10);
    long before = RetryRun.server.now.get();
    pipeline.run();
    long minutes = (RetryRun.server.now.get() - before) / 60_000;
    assertThat(minutes, is(greaterThan(3L)));
    List<String> lines =
        log.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.toList());
    // Once when the rows begin to wait, once when the input has ended, once a minute beside.
    assertThat(lines.toString(), lines.size() <= minutes + 2 && lines.size() >= minutes / 2);
    assertThat(log.list.get(0).getLevel(), is(Level.WARN));
    assertThat(
        lines.get(0),
        is(
            "ClickHouse table "
                + RetryRun.ERROR
                + ": 10 rows waiting for 0 s: Code: 202. Too many queries"));
  }

  @Test
  void anOperatorIsToldWhatToDo(TestPipeline pipeline) {
    RetryRun.server.fail(RetryRun.ERROR, 5, RetryRun.missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 10))
            .advanceWatermarkToInfinity();
    RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.WAIT);
    pipeline.run();
    assertThat(log.list.get(0).getLevel(), is(Level.ERROR));
    assertThat(
        log.list.get(0).getFormattedMessage(),
        is(
            "ClickHouse table "
                + RetryRun.ERROR
                + ": 10 rows waiting for 0 s; operator action needed: Code: 60. Table does not"
                + " exist -> create the table: `millrace check` shows what is missing"));
  }

  @Test
  void aBatchJobMayFailInstead(TestPipeline pipeline) {
    RetryRun.server.fail(RetryRun.ERROR, 5, RetryRun.missingTable());
    TestStream<KV<String, Iterable<RowBlock>>> batches =
        RetryRun.stream()
            .addElements(RetryRun.batch(RetryRun.ERROR, 0, 10))
            .advanceWatermarkToInfinity();
    RetryRun.write(pipeline, batches, Batching.DEFAULT, OnOperatorError.FAIL);
    Pipeline.PipelineExecutionException failure =
        assertThrows(Pipeline.PipelineExecutionException.class, pipeline::run);
    assertThat(failure.getCause() instanceof SinkException, is(true));
    assertThat(
        failure.getCause().getMessage(),
        is(
            "ClickHouse table "
                + RetryRun.ERROR
                + ": Code: 60. Table does not exist -> create the table: `millrace check` shows"
                + " what is missing"));
    assertThat(RetryRun.server.stored(RetryRun.ERROR), is(empty()));
  }

  @Test
  void whatWaitsSurvivesItsCoder() throws Exception {
    WaitingBatch batch = new WaitingBatch(RetryRun.rows(3, 4), true, false, true, "because");
    WaitingBatch copy = CoderUtils.clone(WaitingBatch.Coder.of(), batch);
    assertThat(copy, is(batch));
    assertThat(
        InsertTarget.of(ClickHouseTable.of(RetryRun.CONTRACT).get(0), Outcome.DEAD).refusable(),
        is(false));
  }
}
