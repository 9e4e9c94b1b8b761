package io.millrace.flink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;

import io.millrace.pipeline.Launch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.junit.jupiter.api.Test;

/**
 * A step that asks for stable input is given its elements only after a checkpoint. Beam's Flink
 * runner keeps them back without keeping the watermark back (beam#39991), and gives some too early
 * after a restore. No step of Millrace asks for it on Flink.
 */
class StableInputTest {
  private static final Path CONTRACT = Path.of("../../test-data/contracts/query-events.yaml");
  private static final int FEWEST_STEPS = 20;

  /** Looks at a pipeline instead of running it. */
  public static final class Looker extends PipelineRunner<PipelineResult> {
    static final List<DoFn<?, ?>> FUNCTIONS = new ArrayList<>();

    public static Looker fromOptions(PipelineOptions options) {
      return new Looker();
    }

    @Override
    public PipelineResult run(Pipeline pipeline) {
      pipeline.traverseTopologically(
          new Pipeline.PipelineVisitor.Defaults() {
            @Override
            public void visitPrimitiveTransform(TransformHierarchy.Node node) {
              if (node.getTransform() instanceof ParDo.MultiOutput<?, ?> step) {
                FUNCTIONS.add(step.getFn());
              }
            }
          });
      return null;
    }
  }

  @Test
  void noStepOfOursAsksForIt() {
    assertThat(asking("--output=clickhouse://127.0.0.1:1/telemetry"), empty());
    assertThat(asking("--output=archive+file:///tmp/archive"), empty());
  }

  /** The classes of the steps that ask for stable input. */
  private static List<String> asking(String output) {
    String[] flags =
        FlinkDefaults.addTo(
            List.of(
                "--input=kafka://127.0.0.1:1/events",
                "--kafkaPartitions=4",
                output,
                "--contract=" + CONTRACT.toAbsolutePath().normalize(),
                "--deadLetters=table,kafka://127.0.0.1:1/dead,file:///tmp/dead/"));
    var options = Launch.parse(flags);
    Launch launch = Launch.of(options);
    options.setRunner(Looker.class);
    Looker.FUNCTIONS.clear();
    launch.startWithTablesAsTheyAre();
    assertThat(Looker.FUNCTIONS.size(), greaterThan(FEWEST_STEPS));
    return Looker.FUNCTIONS.stream()
        .map(DoFnSignatures::signatureForDoFn)
        .filter(StableInputTest::asks)
        .map(signature -> signature.fnClass().getName())
        .toList();
  }

  private static boolean asks(DoFnSignature signature) {
    return signature.processElement().requiresStableInput()
        || signature.onTimerMethods().values().stream()
            .anyMatch(DoFnSignature.OnTimerMethod::requiresStableInput)
        || (signature.onWindowExpiration() != null
            && signature.onWindowExpiration().requiresStableInput());
  }
}
