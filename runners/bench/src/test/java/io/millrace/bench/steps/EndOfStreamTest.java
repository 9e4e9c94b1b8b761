package io.millrace.bench.steps;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;

import io.millrace.bench.workload.Workload;
import org.junit.jupiter.api.RepeatedTest;

/**
 * A stream that ends, read in several bundles at once: the watermark jumps to the end of time while
 * sums are on their way. A test stream cannot show this, since it waits for each bundle.
 */
class EndOfStreamTest {
  @RepeatedTest(8)
  void nothingIsForgottenBeforeItIsCounted() {
    MeasuredRun run = new RollupStep(RollupStep.Runner.DIRECT, new Workload(20_000)).runMillraces();
    // The run has checked what each roll-up shows.
    assertThat(run.counted("rollups_given"), greaterThan(0L));
  }
}
