package io.millrace.sink.clickhouse;

import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.OutcomeTags;
import io.millrace.local.LocalStack;
import io.millrace.sink.WriteResult;
import java.nio.file.Path;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestPipelineExtension.class)
class WriteToClickHouseIT {
  @TempDir static Path directory;
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = LocalStack.builder().dataDirectory(directory).start();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void makesFewInsertsOfManySmallBundles(TestPipeline pipeline) {
    TestEvents events = TestEvents.withText(700);
    ClickHouseSink sink =
        ClickHouseSink.of(
            ClickHouseConfig.of(stack.clickHouse().address(), "few_inserts"),
            TestEvents.queryEvents(),
            DeadLetterFactory.of(TestEvents.queryEvents(), "test", Clock.system()),
            Clock.system());
    sink.prepare();
    stack.clickHouse().query("SYSTEM STOP MERGES few_inserts.sink_output");
    WriteResult written =
        PCollectionTuple.of(OutcomeTags.ACCEPTED, pipeline.apply(events.inSmallBundles(100_000)))
            .apply(sink.write());
    long t = System.nanoTime();
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    System.out.println("seconds " + (System.nanoTime() - t) / 1e9);
    System.out.println(
        stack
            .clickHouse()
            .query(
                "SELECT count(), uniqExact(query_id), sum(duration_ms) FROM few_inserts.sink_output"));
    System.out.println(
        stack
            .clickHouse()
            .query(
                "SELECT count(), min(rows), max(rows) FROM system.parts WHERE active and database='few_inserts' and table='sink_output'"));
    System.out.println(result.metrics().allMetrics());
  }
}
