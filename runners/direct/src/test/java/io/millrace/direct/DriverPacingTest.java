package io.millrace.direct;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

class DriverPacingTest {
  private static final String SEEN = "seen";
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final class CountFn extends DoFn<Long, Void> {
    private static final long serialVersionUID = 1;
    private final Counter seen = Metrics.counter(DriverPacingTest.class, SEEN);

    @ProcessElement
    public void process() {
      seen.inc();
    }
  }

  private static PipelineResult start() {
    Pipeline pipeline =
        Pipeline.create(
            PipelineOptionsFactory.fromArgs(
                    "--blockOnRun=false", "--targetParallelism=4", "--runner=DirectRunner")
                .create());
    pipeline
        .apply(GenerateSequence.from(0).withRate(20, Duration.standardSeconds(1)))
        .apply(ParDo.of(new CountFn()));
    return pipeline.run();
  }

  private static long seen(PipelineResult result) {
    long sum = 0;
    MetricsFilter filter =
        MetricsFilter.builder()
            .addNameFilter(MetricNameFilter.named(DriverPacingTest.class, SEEN))
            .build();
    for (MetricResult<Long> counter : result.metrics().queryMetrics(filter).getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }

  private static void awaitSeen(PipelineResult result, long wanted) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (seen(result) < wanted) {
      assertThat("in time", System.nanoTime() - deadline, is(lessThan(0L)));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** CPU time of the runner's threads so far. */
  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null && info.getThreadName().startsWith("direct-runner-worker")) {
        sum += threads.getThreadCpuTime(info.getThreadId());
      }
    }
    return sum;
  }

  @Test
  void thePipelineRunsOnWithPausesOfItsDriver() throws Exception {
    PipelineResult result = start();
    try {
      assertThat("this version of Beam has the fields", DriverPacing.apply(result), is(true));
      awaitSeen(result, 10);
      long cpuBefore = cpuNanos();
      long start = System.nanoTime();
      awaitSeen(result, 30);
      // Without pauses, the driver alone takes all that a core has to give.
      assertThat(cpuNanos() - cpuBefore, is(lessThan((System.nanoTime() - start) / 2)));
      assertThat(result.getState(), is(PipelineResult.State.RUNNING));
    } finally {
      assertThat(result.cancel(), is(PipelineResult.State.CANCELLED));
    }
  }
}
