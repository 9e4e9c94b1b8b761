package io.millrace.resilience.cluster;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.bench.harness.BenchEnvironment;
import io.millrace.resilience.harness.AuditWatch;
import io.millrace.resilience.harness.GeneratedStream;
import io.millrace.verify.StreamCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --state} while events arrive, killed five times; the broker and the engine once. */
class StateKillsIT {
  private static final String DATABASE = "state_kills";
  private static final int KILLS = 5;

  @TempDir private static Path directory;

  private final Random random = new Random(7);

  @Test
  void everyEventIsThereOnce() throws Exception {
    try (BenchEnvironment environment = BenchEnvironment.start(directory, line -> {});
        MovingStream stream =
            MovingStream.start(environment, DATABASE, new MovingStream.Plan(4, 200, 7))) {
      List<String> flags =
          new ArrayList<>(environment.route(stream.topic(), DATABASE, environment.contract()));
      flags.add("--state=" + directory.resolve("state"));
      flags.add("--parallelism=2");
      flags.add("--checkpointingInterval=1000");
      AuditWatch watch = new AuditWatch(environment, DATABASE);
      try (RunProcess process = RunProcess.start(directory, flags)) {
        for (int kill = 0; kill < KILLS; kill++) {
          flowing(process, watch);
          if (kill == 2) {
            environment.broker().kill();
            environment.broker().start();
            flowing(process, watch);
          }
          if (kill == 3) {
            environment.clickHouse().kill();
            environment.clickHouse().start();
            flowing(process, watch);
          }
          // Before and after checkpoints, in the middle of INSERTs
          LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1500)).toNanos());
          process.killAndStart();
        }
        flowing(process, watch);
        GeneratedStream sent = stream.finish();
        process.await("every record", () -> watch.records() >= sent.records());
        process.await(
            "the roll-ups",
            () -> StreamCheck.rollupDifferences(environment.database(DATABASE)).isEmpty());
        process.stop();
        String output = process.output();
        assertThat(
            output,
            allOf(
                containsString("continues from the checkpoint of"),
                containsString("since this start: read ")));
        List<String> problems = new ArrayList<>();
        RecoveryRow.Found found = RecoveryCheck.of(environment, DATABASE, sent, KILLS, problems);
        assertThat(problems + "\n" + output, problems, is(empty()));
        assertThat(found.lost(), is(0L));
        assertThat(found.repeats().exact(), is(0L));
        assertThat(found.outcomes(), is(sent.truth()));
      }
    }
  }

  /** Waits until records that have come since now are audited. */
  private static void flowing(RunProcess process, AuditWatch watch) {
    java.time.Instant now = java.time.Instant.now();
    process.await("new records in the audit", () -> watch.recordsSince(now) > 0);
  }
}
