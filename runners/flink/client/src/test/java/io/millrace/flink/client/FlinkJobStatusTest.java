package io.millrace.flink.client;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.flink.client.FlinkJob.Checkpoints;
import io.millrace.flink.client.FlinkJob.Detail;
import io.millrace.flink.client.FlinkJob.Failure;
import io.millrace.flink.client.FlinkJob.Vertex;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlinkJobStatusTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Checkpoints NONE =
      new Checkpoints(0, 0, 0, "", Instant.EPOCH, Duration.ZERO, 0, 0);

  private static Checkpoints checkpoints(long completed, long failed, Duration age) {
    return new Checkpoints(
        completed, failed, 0, "file:/c", NOW.minus(age), Duration.ofMillis(240), 12_345_678, 0);
  }

  private static String line(
      String state, String task, Duration duration, Checkpoints checkpoints, Failure... failures) {
    Detail detail = new Detail("events", state, duration, List.of(new Vertex("v", "a", 2, task)));
    return new FlinkJobStatus("4f", detail, checkpoints, List.of(failures).stream().findFirst())
        .line(CLOCK);
  }

  @Test
  void tellsOfTheLastCheckpoint() {
    assertThat(
        line(
            "RUNNING", "RUNNING", Duration.ofMinutes(5), checkpoints(60, 0, Duration.ofSeconds(3))),
        is(
            "job 4f events: RUNNING for 5 min, 60 checkpoints, the last 3 s ago (12.3 MB in 240 ms)"));
    assertThat(
        line("RUNNING", "RUNNING", Duration.ofHours(50), checkpoints(1, 2, Duration.ofHours(3))),
        is(
            "job 4f events: RUNNING for 50 h, 1 checkpoint, the last 3 h ago (12.3 MB in 240 ms),"
                + " 2 failed"));
  }

  @Test
  void saysThatNotAllTasksRunYet() {
    assertThat(
        line("RUNNING", "INITIALIZING", Duration.ofSeconds(119), NONE),
        is("job 4f events: RUNNING, some tasks still starting, for 119 s, no checkpoint yet"));
  }

  @Test
  void tellsWhyItEnded() {
    Failure failure =
        new Failure(NOW.minusMillis(1_500), "numbers", "tm", "java.lang.IllegalStateException: no");
    Checkpoints oneFailed = new Checkpoints(0, 1, 0, "", Instant.EPOCH, Duration.ZERO, 0, 0);
    assertThat(
        line("FAILED", "FAILED", Duration.ZERO, oneFailed, failure),
        is(
            "job 4f events: FAILED for 0 s, no checkpoint yet, 1 failed;"
                + " last failure at 2026-03-01T11:59:58Z: IllegalStateException: no"));
    assertThat(
        new FlinkJobStatus(
                "4f", new Detail("e", "FAILED", Duration.ZERO, List.of()), NONE, Optional.empty())
            .line(CLOCK),
        is("job 4f e: FAILED for 0 s, no checkpoint yet"));
  }
}
