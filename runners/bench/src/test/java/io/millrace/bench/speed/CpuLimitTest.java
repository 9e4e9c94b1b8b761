package io.millrace.bench.speed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.millrace.flink.client.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class CpuLimitTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Process busy() throws IOException {
    return new ProcessBuilder("bash", "-c", "while :; do :; done").start();
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private static Duration awaitMore(Process process, Duration more) {
    long begin = System.nanoTime();
    Duration from = cpu(process);
    Poll.until(
        LIMIT,
        () -> cpu(process).minus(from).compareTo(more) >= 0,
        () -> "no " + more + " of CPU after " + LIMIT);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Test
  void eachGetsNoMoreThanItsShareAndGoesOnAfterwards() throws Exception {
    Process first = busy();
    Process second = busy();
    try {
      try (CpuLimit held = CpuLimit.of(List.of(first.pid(), second.pid()), 0.2)) {
        for (Process process : List.of(first, second)) {
          // At a fifth it is 3 s. A busy machine makes it more; it is less by what the process gets
          // while the limit itself has to wait, for which there is room.
          assertThat(
              awaitMore(process, Duration.ofMillis(600)), greaterThan(Duration.ofMillis(2_600)));
        }
        held.requireHeld();
      }
      for (Process process : List.of(first, second)) {
        assertThat(process.isAlive(), is(true));
        assertThat(awaitMore(process, Duration.ofMillis(300)), greaterThan(Duration.ZERO));
      }
    } finally {
      first.destroyForcibly();
      second.destroyForcibly();
    }
  }
}
