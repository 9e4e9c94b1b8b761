package io.millrace.bench.capacity;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.is;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatchUpTest {
  private static final long BACKLOG = 100_000;
  private static final int ARRIVE = 1_000;

  /** Ten seconds of start-up, then 5 000 events a second until a second of events is missing. */
  private static CatchUp run(double mostPerSecond) {
    List<CatchUp.Point> points = new ArrayList<>();
    for (int second = 1; true; second++) {
      long written = Math.max(0, second - 10) * 5_000L;
      CatchUp.Point point = new CatchUp.Point(second, written, BACKLOG + (long) second * ARRIVE);
      points.add(point);
      if (point.behind() <= ARRIVE) {
        return new CatchUp(BACKLOG, mostPerSecond, points);
      }
    }
  }

  @Test
  void takesWhatTheModelSaysAtTheSameSpeed() {
    CatchUp run = run(5_000);
    assertThat(run.arrivedPerSecond(), closeTo(ARRIVE, 1e-9));
    // Half of the backlog is written after 20 s, with 70 000 events behind; the rest is 4 000/s.
    assertThat(run.comparedSeconds(), closeTo(18, 1e-9));
    assertThat(run.timesApart(), closeTo(1, 1e-9));
    assertThat(run.seconds(), closeTo(38, 1e-9));
  }

  @Test
  void takesLongerThanTheModelOfAFasterRun() {
    assertThat(run(9_000).timesApart(), closeTo(2, 1e-9));
  }

  @Test
  void takesLessThanTheModelOfASlowerRun() {
    assertThat(run(3_000).timesApart(), closeTo(2, 1e-9));
  }

  @Test
  void theModelNeverCatchesUpWithAsManyAsItWrites() {
    assertThat(run(900).modelSeconds(), is(Double.POSITIVE_INFINITY));
    assertThat(run(900).timesApart(), is(Double.POSITIVE_INFINITY));
    assertThat(run(900).secondsForADay(), is(Double.POSITIVE_INFINITY));
  }

  @Test
  void aDayIsComputedFromTheMostEventsASecond() {
    assertThat(run(5_000).secondsForADay(), closeTo(86_400.0 / 4, 1e-6));
  }
}
