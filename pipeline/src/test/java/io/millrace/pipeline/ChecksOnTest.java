package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.IllegalMutationException;
import org.junit.jupiter.api.Test;

/**
 * Steps that change an element, or give one that its coder cannot carry, work by chance on one
 * runner and go wrong on another. Beam's DirectRunner finds them, unless it is told not to, as
 * `scripts/millrace run` does for speed: so it must not be told so in the tests.
 */
class ChecksOnTest {
  private static final class Mutate extends DoFn<byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element byte[] bytes, OutputReceiver<byte[]> out) {
      bytes[0]++;
      out.output(bytes);
    }
  }

  @Test
  void aStepThatChangesAnElementFailsTheTestsOfTheGraph() {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    DirectOptions options = pipeline.getOptions().as(DirectOptions.class);
    assertThat(options.isEnforceImmutability(), is(true));
    assertThat(options.isEnforceEncodability(), is(true));
    pipeline.apply(Create.of(new byte[] {1})).apply(ParDo.of(new Mutate()));
    assertThrows(IllegalMutationException.class, () -> pipeline.run().waitUntilFinish());
  }
}
