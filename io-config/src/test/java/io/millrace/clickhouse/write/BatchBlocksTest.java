package io.millrace.clickhouse.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.client.Batching;
import io.millrace.clickhouse.encoding.InvalidRowException;
import io.millrace.clickhouse.encoding.RowBlock;
import io.millrace.clickhouse.encoding.RowBlockBuilder;
import io.millrace.event.SourceRecord;
import io.millrace.fixtures.TestEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestPipelineExtension.class)
class BatchBlocksTest {
  private static final Batching STATE =
      new Batching(Batching.Mode.STATE, 100, 1 << 20, Duration.ofSeconds(10), 64L << 20);

  static KV<String, RowBlock> block(String table, int rows, int bytesEach) {
    RowBlockBuilder builder = new RowBlockBuilder();
    for (int n = 0; n < rows; n++) {
      try {
        builder.add(n, (v, out) -> out.writeRaw(new byte[bytesEach], 0, bytesEach), n, origin(n));
      } catch (InvalidRowException e) {
        throw new AssertionError(e);
      }
    }
    return KV.of(table, builder.build());
  }

  private static SourceRecord origin(int n) {
    return TestEvents.origin(n, 3);
  }

  /** A batch as its table and number of rows. */
  static final class Describe extends DoFn<KV<String, Iterable<RowBlock>>, String> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element KV<String, Iterable<RowBlock>> batch, OutputReceiver<String> out) {
      out.output(batch.getKey() + " " + Batch.of(batch.getValue()).rowCount());
    }
  }

  private static PCollection<String> batches(
      TestPipeline pipeline, TestStream<KV<String, RowBlock>> blocks, Batching batching) {
    return pipeline
        .apply(blocks)
        .apply(new BatchBlocks(batching, false))
        .apply(ParDo.of(new Describe()));
  }

  private static TestStream.Builder<KV<String, RowBlock>> stream() {
    return TestStream.create(BatchBlocks.BLOCK_CODER);
  }

  @Test
  void theEndOfTheInputFlushesEveryTable(TestPipeline pipeline) {
    PAssert.that(
            batches(
                pipeline,
                stream()
                    .addElements(block("a", 3, 1), block("b", 1, 1))
                    .addElements(block("a", 4, 1))
                    .advanceWatermarkToInfinity(),
                STATE))
        .containsInAnyOrder("a 7", "b 1");
    pipeline.run();
  }

  @Test
  void ageFlushesWhileTheInputGoesOn(TestPipeline pipeline) {
    TestStream.Builder<KV<String, RowBlock>> blocks =
        stream()
            .addElements(block("a", 3, 1))
            .advanceProcessingTime(org.joda.time.Duration.standardSeconds(1))
            .addElements(block("a", 4, 1));
    // In small steps, since both steps must see their time come: 2 s in one, 8 s in the other.
    for (int second = 2; second <= 14; second++) {
      blocks = blocks.advanceProcessingTime(org.joda.time.Duration.standardSeconds(1));
    }
    PAssert.that(
            batches(
                pipeline, blocks.addElements(block("a", 5, 1)).advanceWatermarkToInfinity(), STATE))
        .containsInAnyOrder("a 7", "a 5");
    pipeline.run();
  }

  @Test
  void rowsFillABatch(TestPipeline pipeline) {
    TestStream.Builder<KV<String, RowBlock>> blocks = stream();
    for (int i = 0; i < 100; i++) {
      blocks = blocks.addElements(block("a", 5, 1));
    }
    PAssert.that(batches(pipeline, blocks.advanceWatermarkToInfinity(), STATE))
        .satisfies(
            batches -> {
              List<Integer> sizes = sizes(batches);
              assertThat(sizes.stream().mapToInt(n -> n).sum(), is(500));
              // A block joined from small ones is at most a quarter of a batch.
              assertThat(sizes.toString(), sizes.stream().allMatch(n -> n <= 100), is(true));
              assertThat(sizes.toString(), sizes.size() <= 7, is(true));
              return null;
            });
    pipeline.run();
  }

  @Test
  void bytesFillABatch(TestPipeline pipeline) {
    TestStream.Builder<KV<String, RowBlock>> blocks = stream();
    for (int i = 0; i < 20; i++) {
      blocks = blocks.addElements(block("a", 1, (1 << 18) - 512));
    }
    PAssert.that(batches(pipeline, blocks.advanceWatermarkToInfinity(), STATE))
        .containsInAnyOrder("a 4", "a 4", "a 4", "a 4", "a 4");
    pipeline.run();
  }

  @Test
  void theBlocksOfABundleAreABatch(TestPipeline pipeline) {
    PAssert.that(
            batches(
                pipeline,
                stream()
                    .addElements(block("a", 3, 1), block("a", 4, 1))
                    .advanceWatermarkToInfinity(),
                STATE.withMode(Batching.Mode.BUNDLE)))
        .satisfies(
            batches -> {
              assertThat(sizes(batches), is(List.of(7)));
              return null;
            });
    pipeline.run();
  }

  @Test
  void inTheBundleABatchEndsWithItsRowsAndBytes(TestPipeline pipeline) {
    PAssert.that(
            batches(
                pipeline,
                stream()
                    .addElements(
                        block("a", 60, 1),
                        block("a", 60, 1),
                        block("a", 60, 1),
                        block("b", 1, 1 << 20),
                        block("b", 1, 1 << 20),
                        block("b", 1, 1))
                    .advanceWatermarkToInfinity(),
                STATE.withMode(Batching.Mode.BUNDLE)))
        .containsInAnyOrder("a 120", "a 60", "b 2", "b 1");
    pipeline.run();
  }

  @Test
  void aLargeHeapHoldsLargerBatchesOfABundle() {
    Batching batching = Batching.DEFAULT;
    assertThat(batching.bundleBytes(512L << 20), is(64L << 20));
    assertThat(batching.bundleBytes(1536L << 20), is(96L << 20));
    assertThat(batching.bundleBytes(64L << 30), is(128L << 20));
  }

  @Test
  void buffersOfABundleLeaveASmallHeapItsMemory() {
    assertThat(Batching.DEFAULT.bufferBytes(512L << 20), is(32L << 20));
    assertThat(Batching.DEFAULT.bufferBytes(64L << 30), is(128L << 20));
  }

  private static List<Integer> sizes(Iterable<String> batches) {
    List<Integer> sizes = new ArrayList<>();
    batches.forEach(text -> sizes.add(Integer.valueOf(text.substring(2))));
    return sizes;
  }
}
