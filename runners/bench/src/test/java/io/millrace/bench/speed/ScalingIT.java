package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.harness.BenchEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small run, which checks its outcomes itself. It may be over before it is held: that processes
 * are is shown by {@link CpuLimitTest}.
 */
class ScalingIT {
  @TempDir private static Path directory;

  @Test
  void twoTaskManagersDoWhatTheyMust() {
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {})) {
      Backlog backlog = Backlog.produce(environment, "scaling", 20_000);
      RunFigures run = ScalingRun.of(environment, backlog, 2, 0.5, 1);
      assertThat(run.eventsPerSecond(), greaterThan(0.0));
      assertThat(run.pipelineMicros(), greaterThan(0.0));
      assertThat(environment.query("SHOW DATABASES LIKE 'scaling%'"), is(""));
    }
  }
}
