package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.clickhouse.client.api.ServerException;
import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.client.ClickHouseConfig.OnOperatorError;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.clickhouse.encoding.RowBlockCoder;
import io.millrace.clickhouse.schema.ClickHouseTable;
import io.millrace.clickhouse.write.TableWriter.Tools;
import io.millrace.contract.Contract;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.PipelineMetrics;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.WriteResult;
import io.millrace.io.WrittenBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.IterableCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/** Batches that {@link InsertWithRetry} writes to a {@link FailingInsertClient}. */
final class RetryRun {
  static final Contract CONTRACT = TestEvents.queryEvents();
  static final String NORMAL = CONTRACT.tables().normal().name();
  static final String ERROR = CONTRACT.tables().error().name();

  /** Steps are copied to their workers, which are threads of this JVM: they meet here. */
  static FailingInsertClient server;

  private static final KvCoder<String, Iterable<RowBlock>> CODER =
      KvCoder.of(StringUtf8Coder.of(), IterableCoder.of(RowBlockCoder.of()));

  static RowBlock rows(int from, int count) {
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = from; n < from + count; n++) {
      int value = n;
      builder.addWithoutOrigin(TestEvents.BASE_TIME, out -> out.writeInt(value));
    }
    return builder.build();
  }

  static KV<String, Iterable<RowBlock>> batch(String table, int from, int count) {
    return KV.of(table, List.of(rows(from, count)));
  }

  private static InsertTarget notAnOutcome(TableDefinition table) {
    return InsertTarget.of(
        ClickHouseTable.of(CONTRACT, table),
        PipelineMetrics.counter(PipelineMetrics.ROLLUPS_WRITTEN));
  }

  static PCollectionTuple write(
      Pipeline pipeline,
      TestStream<KV<String, Iterable<RowBlock>>> batches,
      Batching batching,
      OnOperatorError onOperatorError) {
    Map<String, InsertTarget> targets = new HashMap<>();
    // Rollups' and the audit's rows have no origins: so do these.
    targets.put(NORMAL, notAnOutcome(CONTRACT.tables().normal()));
    targets.put(ERROR, notAnOutcome(CONTRACT.tables().error()));
    TableWriter.Config config =
        new TableWriter.Config(
            targets,
            "audit",
            CONTRACT.name(),
            false,
            onOperatorError,
            new Tools(() -> server, () -> server.look(), millis -> server.now.addAndGet(millis)),
            DeadLetterFactory.of(CONTRACT, "test", Clock.system()));
    return PCollectionList.of(pipeline.apply(batches))
        .apply(new InsertWithRetry(config, batching, List.of("InsertBatches")));
  }

  static TestStream.Builder<KV<String, Iterable<RowBlock>>> stream() {
    return TestStream.create(CODER);
  }

  static long rowsWritten(Iterable<WrittenBatch> batches) {
    long sum = 0;
    for (WrittenBatch batch : batches) {
      sum += batch.rows();
    }
    return sum;
  }

  static void assertRowsWritten(PCollectionTuple written, long rows) {
    PAssert.that(written.get(WriteResult.WRITTEN))
        .satisfies(
            batches -> {
              assertThat(rowsWritten(batches), is(rows));
              return null;
            });
  }

  static ServerException missingTable() {
    return new ServerException(60, "Code: 60. Table does not exist");
  }

  private RetryRun() {}
}
