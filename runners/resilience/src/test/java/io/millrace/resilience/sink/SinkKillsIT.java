package io.millrace.resilience.sink;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.harness.BenchEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ClickHouse is killed twice under the whole pipeline on Flink. */
class SinkKillsIT {
  @TempDir private static Path directory;

  @Test
  void everyEventIsThereOnce() {
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {})) {
      KillReport report = KillRun.of(environment, 50_000, 2, 7);
      assertThat(report.text(), report.passes(), is(true));
      assertThat(report.kills(), hasSize(2));
    }
  }
}
