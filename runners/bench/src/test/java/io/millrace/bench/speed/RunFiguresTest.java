package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunFiguresTest {
  private static Sample sample(double second, double share, double pipelineSeconds) {
    return new Sample(
        (long) (second * 1e9),
        share,
        new Sample.Cpu(
            Duration.ofMillis((long) (pipelineSeconds * 1000)),
            Duration.ofMillis((long) (pipelineSeconds * 300)),
            Duration.ofMillis((long) (pipelineSeconds * 100)),
            Duration.ofMillis((long) (second * 100)),
            Duration.ofMillis((long) (second * 200))));
  }

  @Test
  void onlyTheWarmPartCounts() {
    List<Sample> samples = new ArrayList<>();
    // Ten seconds and ten of CPU for nearly half, then a twentieth of the events a second, at half
    // a core.
    samples.add(sample(1, 0.3, 1));
    samples.add(sample(10, 0.45, 10));
    for (int i = 1; i <= 10; i++) {
      samples.add(sample(10 + i, 0.45 + i * 0.05, 10 + i * 0.5));
    }
    samples.add(sample(100, 1, 100));
    // ClickHouse merges for as long as it took to write.
    samples.add(sample(201, 1, 101));
    RunFigures figures = RunFigures.of(samples, 1_000_000);
    assertThat(figures.eventsPerSecond(), closeTo(50_000, 1));
    assertThat(figures.pipelineMicros(), closeTo(10, 0.01));
    assertThat(figures.compilerMicros(), closeTo(3, 0.01));
    assertThat(figures.collectorMicros(), closeTo(1, 0.01));
    assertThat(figures.kafkaMicros(), closeTo(2, 0.01));
    // Of the whole run: 200 s at a fifth of a core for 70 % of the events.
    assertThat(figures.clickHouseMicros(), closeTo(40 / 0.7, 0.01));
    assertThat(figures.coresBusy(), closeTo(0.8, 0.01));
  }

  @Test
  void samplesBetweenTwoBatchesAreNotTheEndOfOne() {
    List<Sample> samples =
        List.of(
            sample(1, 0.5, 1),
            sample(2, 0.5, 2),
            sample(3, 0.7, 3),
            sample(4, 0.9, 4),
            // Nothing comes any more, and that is not what is measured.
            sample(50, 0.9, 4));
    assertThat(RunFigures.of(samples, 100).eventsPerSecond(), closeTo(40.0 / 3, 0.01));
  }

  @Test
  void aRunOfAMomentIsTakenAsAWhole() {
    List<Sample> samples = List.of(sample(1, 0, 1), sample(2, 0.5, 2), sample(3, 1, 3));
    assertThat(RunFigures.of(samples, 100).eventsPerSecond(), closeTo(50, 0.01));
  }

  @Test
  void oneStepIsNoRate() {
    Exception e =
        assertThrows(
            IllegalStateException.class, () -> RunFigures.of(List.of(sample(1, 1, 1)), 100));
    assertThat(e.getMessage(), containsString("--events"));
  }
}
