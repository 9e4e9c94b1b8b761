package io.millrace.clickhouse.write;

import static io.millrace.clickhouse.write.BatchBlocksTest.block;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.write.GatherBundleFn.Lane;
import io.millrace.event.Clock;
import io.millrace.fixtures.TestEvents;
import io.millrace.io.flags.ParallelismOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class GatherBundleFnTest {
  private static final Batching BUNDLE =
      new Batching(Batching.Mode.BUNDLE, 100, 16 << 20, Duration.ofSeconds(10), 64L << 20);
  private static final int MIB = 1 << 20;
  private static final long OLD_MILLIS = 20_000;

  /** A clock at which the last of two rows is so old. */
  private static Clock clock(long age) {
    long now = TestEvents.origin(1, 3).recordTimeMillis() + age;
    return () -> now;
  }

  private static final class DescribeBlock extends DoFn<KV<String, RowBlock>, String> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element KV<String, RowBlock> few, OutputReceiver<String> out) {
      out.output(few.getKey() + " " + few.getValue().rowCount());
    }
  }

  private static PCollectionTuple gathered(
      Pipeline pipeline, GatherBundleFn gather, List<KV<String, RowBlock>> bundle) {
    TestStream.Builder<KV<String, RowBlock>> blocks = TestStream.create(BatchBlocks.BLOCK_CODER);
    @SuppressWarnings({"unchecked", "rawtypes"})
    KV<String, RowBlock>[] others =
        bundle.subList(1, bundle.size()).toArray(new KV[bundle.size() - 1]);
    return pipeline
        .apply(blocks.addElements(bundle.get(0), others).advanceWatermarkToInfinity())
        .apply(
            ParDo.of(gather)
                .withOutputTags(GatherBundleFn.BATCHES, TupleTagList.of(GatherBundleFn.FEW)));
  }

  private static void assertOutputs(
      TestPipeline pipeline,
      GatherBundleFn gather,
      List<KV<String, RowBlock>> bundle,
      List<String> batches,
      List<String> few) {
    PCollectionTuple gathered = gathered(pipeline, gather, bundle);
    PCollection<KV<String, Iterable<RowBlock>>> whole =
        gathered.get(GatherBundleFn.BATCHES).setCoder(BatchBlocks.BATCH_CODER);
    PCollection<KV<String, RowBlock>> rest =
        gathered.get(GatherBundleFn.FEW).setCoder(BatchBlocks.BLOCK_CODER);
    PAssert.that(whole.apply(ParDo.of(new BatchBlocksTest.Describe()))).containsInAnyOrder(batches);
    PAssert.that(rest.apply(ParDo.of(new DescribeBlock()))).containsInAnyOrder(few);
    pipeline.run();
  }

  @Test
  void fewRowsOfOldRecordsAreShared(TestPipeline pipeline) {
    assertOutputs(
        pipeline,
        GatherBundleFn.exceptFewOldOnes(BUNDLE, clock(OLD_MILLIS + 1)),
        List.of(block("late", 2, 1), block("late", 2, 1), block("dead", 2, 1)),
        List.of(),
        List.of("0/late 2", "0/late 2", "0/dead 2"));
  }

  @Test
  void rowsOfRecentRecordsDoNotWait(TestPipeline pipeline) {
    assertOutputs(
        pipeline,
        GatherBundleFn.exceptFewOldOnes(BUNDLE, clock(OLD_MILLIS)),
        List.of(block("late", 2, 1), block("late", 2, 1), block("dead", 2, 1)),
        List.of("late 4", "dead 2"),
        List.of());
  }

  @Test
  void manyRowsStayHere(TestPipeline pipeline) {
    assertOutputs(
        pipeline,
        GatherBundleFn.exceptFewOldOnes(BUNDLE, clock(1 << 30)),
        List.of(block("a", 2, MIB), block("a", 2, MIB), block("b", 3, MIB), block("full", 100, 1)),
        List.of("a 4", "full 100"),
        List.of("0/b 3"));
  }

  @Test
  void manyRowsOfAnyAgeStayHere(TestPipeline pipeline) {
    assertOutputs(
        pipeline,
        GatherBundleFn.exceptFew(BUNDLE),
        List.of(block("audit", 2, 1), block("audit", 5, MIB)),
        List.of("audit 7"),
        List.of());
  }

  @Test
  void fewRowsOfAnyAgeAreShared(TestPipeline pipeline) {
    pipeline.getOptions().as(ParallelismOptions.class).setParallelism(16);
    assertOutputs(
        pipeline,
        GatherBundleFn.exceptFew(BUNDLE),
        List.of(block("audit", 2, 1), block("audit", 5, 1)),
        List.of(),
        List.of("0/audit 2", "0/audit 5"));
  }

  @Test
  void theRowsOfSubtasksShareABatchOfTheirTable(TestPipeline pipeline) {
    PCollection<String> batches =
        pipeline
            .apply(
                TestStream.create(BatchBlocks.BLOCK_CODER)
                    .addElements(block("0/a/b", 2, 1), block("0/a/b", 3, 1), block("0/c", 1, 1))
                    .addElements(block("1/c", 4, 1))
                    .advanceWatermarkToInfinity())
            .apply(new GatherSubtasks(BUNDLE))
            .apply(ParDo.of(new BatchBlocksTest.Describe()));
    PAssert.that(batches)
        .satisfies(
            found -> {
              List<String> all = new ArrayList<>();
              found.forEach(all::add);
              // The DirectRunner's bundles hold the elements of one key.
              assertThat(sum(all, "a/b"), is(5));
              assertThat(sum(all, "c"), is(5));
              assertThat(all.toString(), all.contains("a/b 5"), is(true));
              return null;
            });
    pipeline.run();
  }

  private static int sum(List<String> batches, String table) {
    return batches.stream()
        .filter(batch -> batch.startsWith(table + " "))
        .mapToInt(batch -> Integer.parseInt(batch.substring(table.length() + 1)))
        .sum();
  }

  @Test
  void sixteenSubtasksShareALane() {
    assertThat(lanes(-1), equalTo(List.of("0/t", "0/t", "0/t")));
    assertThat(lanes(16), equalTo(List.of("0/t", "0/t", "0/t")));
    assertThat(lanes(17), equalTo(List.of("1/t", "0/t", "1/t")));
    assertThat(lanes(48), equalTo(List.of("1/t", "2/t", "0/t")));
    assertThat(Lane.table("12/a/b"), equalTo("a/b"));
  }

  private static List<String> lanes(int parallelism) {
    Lane lane = new Lane(parallelism);
    List<String> bundles = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      lane.next();
      bundles.add(lane.of("t"));
    }
    return bundles;
  }
}
