package io.millrace.resilience.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.harness.BenchEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One stream through a real cluster of which one part after the other is killed, and at last the
 * job upgraded; `scripts/millrace bench recovery` does each by itself, and more.
 */
@Tag("alone")
class RecoveryIT {
  private static final RecoveryRun.Load LOAD = new RecoveryRun.Load(10_000, 200, 7);

  @TempDir private static Path directory;

  @Test
  void everyEventIsThereOnce() {
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {})) {
      RecoveryRow row = RecoveryRun.of(environment, Scenarios.allInOne(), LOAD);
      assertThat(row.text() + "\n" + row.recoveries(), row.passes(), is(true));
      assertThat(row.recoveries(), hasSize(5));
    }
  }
}
