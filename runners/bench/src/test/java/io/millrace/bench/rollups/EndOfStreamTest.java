package io.millrace.bench.rollups;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;

import io.millrace.bench.workload.MeasuredRun;
import io.millrace.bench.workload.Workload;
import org.junit.jupiter.api.RepeatedTest;

/**
 * A stream that ends, read in several bundles at once: the watermark jumps to the end of time while
 * sums are on their way. A test stream cannot show this, since it waits for each bundle.
 */
class EndOfStreamTest {
  @RepeatedTest(8)
  void nothingIsForgottenBeforeItIsCounted() {
    MeasuredRun run = RollupRunner.DIRECT.run(RollupVariant.MILLRACE, new Workload(20_000));
    // The run has checked what each rollup shows.
    assertThat(run.counted("rollups_given"), greaterThan(0L));
  }
}
