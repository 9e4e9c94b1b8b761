package io.millrace.direct;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.event.Outcome;
import io.millrace.event.PipelineMetrics;
import io.millrace.pipeline.Balance;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private static final long LOOK_EVERY = 250;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final ProgressLine line = new ProgressLine(out, false, 0);
  private long now;

  private static Balance balance(long read, long accepted, long dead) {
    return Balance.of(
        Map.of(
            PipelineMetrics.READ,
            read,
            Outcome.ACCEPTED.label(),
            accepted,
            Outcome.DEAD.label(),
            dead));
  }

  private void showFor(long seconds, Balance balance) {
    for (long until = now + seconds * 1000; now < until; now += LOOK_EVERY) {
      line.show(balance, "1.0 s", 0, now);
    }
  }

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void equalLinesAreNotRepeated() {
    showFor(3_600, balance(0, 0, 0));
    assertThat(lines(), contains(startsWith("read 0 (0/s) | accepted 0")));
    showFor(3_600, balance(5, 5, 0));
    // When it begins, when it ends, and at most one in between.
    assertThat(lines().toString(), lines().size() <= 4, is(true));
    assertThat(lines().get(lines().size() - 1), startsWith("read 5 (0/s) | accepted 5"));
  }

  @Test
  void everyTenSecondsWhileItMoves() {
    for (int tick = 0; tick < 4 * 600; tick++, now += LOOK_EVERY) {
      line.show(balance(100L * tick, 100L * tick, 0), "1.0 s", 0, now);
    }
    assertThat(lines().toString(), lines().size() >= 59 && lines().size() <= 62, is(true));
  }

  /** A record every two seconds neither begins nor ends anything. */
  @Test
  void aTrickleIsNoChange() {
    for (int tick = 0; tick < 4 * 600; tick++, now += LOOK_EVERY) {
      line.show(balance(tick / 8, tick / 8, 0), "1.0 s", 0, now);
    }
    assertThat(lines().toString(), lines().size() <= 62, is(true));
  }

  @Test
  void whatBeginsIsShownAtOnce() {
    line.show(balance(0, 0, 0), "-", 0, 250);
    line.show(balance(10, 0, 0), "-", 0, 500);
    line.show(balance(10, 8, 0), "-", 0, 750);
    line.show(balance(12, 9, 0), "-", 0, 1_000);
    line.show(balance(12, 9, 1), "-", 0, 1_250);
    assertThat(
        lines(),
        contains(
            containsString("in flight 10"),
            containsString("accepted 8"),
            containsString("dead 1")));
  }

  @Test
  void bytesOfFilesAreProgress() {
    line.show(balance(0, 0, 0), "-", 1_234_567_890, 250);
    assertThat(lines(), contains(startsWith("read 0 (0/s) from 1,234.6 MB | accepted 0")));
  }

  @Test
  void aTerminalHasOneLine() {
    ProgressLine rewritten = new ProgressLine(out, true, 0);
    rewritten.show(balance(1, 1, 0), "-", 0, 250);
    rewritten.show(balance(1, 1, 0), "-", 0, 500);
    rewritten.end();
    assertThat(lines(), hasSize(3));
  }
}
