package io.millrace.alert;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.millrace.alert.AlertChange.Kind;
import io.millrace.alert.NumberAlert.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random results, in random order, with late corrections and restarts, beside a naive model that
 * sees only the last result of each window.
 */
class RandomAlertsTest {
  private static final int RUNS = 2_000;
  private static final long TICKS = 60;
  private static final long KEEP = 6;

  /** A result that arrives when event time is at a tick. */
  private record Arrival(long tick, Result result) {}

  @Test
  void theTableHoldsWhatTheLastResultsSay() {
    long changes = 0;
    long corrections = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      List<NumberAlert> alerts =
          List.of(
              NumberAlert.of("plain", 0),
              NumberAlert.of("held", 1 + random.nextInt(3)),
              new NumberAlert("hysteresis", random.nextInt(3), true, false, 0, 0),
              new NumberAlert("early", 0, random.nextBoolean(), true, 0, 0),
              NumberAlert.absence("absent", 1 + random.nextInt(4), KEEP + 2 + random.nextInt(6)));
      Map<Long, Result> last = new TreeMap<>();
      GroupRun run = play(random, alerts, last);
      for (NumberAlert alert : alerts) {
        List<AlertChange> expected = model(alert, last);
        assertThat("seed " + seed + ", " + alert, run.table(alert.name()), is(expected));
        changes += expected.size();
      }
      corrections += run.given().stream().filter(GroupAlerts.Given::corrected).count();
    }
    assertThat(changes, greaterThan(10_000L));
    assertThat(corrections, greaterThan(10_000L));
  }

  /** Plays a random stream; stores the last result of each window. */
  private static GroupRun play(Random random, List<NumberAlert> alerts, Map<Long, Result> last) {
    Map<Long, List<Arrival>> arrivals = new TreeMap<>();
    int density = 20 + random.nextInt(80);
    int busyUntil = 10 + random.nextInt(50);
    for (long tick = 1; tick <= TICKS; tick++) {
      if (random.nextInt(100) >= (tick > busyUntil ? density / 8 : density)) {
        continue;
      }
      int versions = 1 + random.nextInt(3);
      long at = tick - 1 - random.nextInt(2);
      for (int version = 1; version <= versions; version++) {
        Result result = new Result(version, random.nextInt(15));
        arrivals
            .computeIfAbsent(Math.min(at, tick + KEEP - 1), time -> new ArrayList<>())
            .add(new Arrival(tick, result));
        last.put(tick, result);
        at = Math.min(Math.max(at, tick - 1) + random.nextInt(4), tick + KEEP - 1);
      }
    }
    GroupRun run = new GroupRun(alerts, KEEP);
    for (long time = -1; time <= TICKS + 40; time++) {
      run.until(time);
      for (Arrival arrival : arrivals.getOrDefault(time, List.of())) {
        if (random.nextInt(3) == 0) {
          run.restart();
        }
        run.result(arrival.tick, arrival.result.events(), arrival.result.value());
      }
    }
    return run;
  }

  /** Goes through the windows one by one. */
  private static List<AlertChange> model(NumberAlert alert, Map<Long, Result> last) {
    List<AlertChange> changes = new ArrayList<>();
    if (last.isEmpty()) {
      return changes;
    }
    long first = last.keySet().iterator().next();
    long seen = first;
    long since = 0;
    AlertState state = AlertState.INACTIVE;
    for (long tick = first; tick <= TICKS + 40; tick++) {
      Result result = last.get(tick);
      seen = result == null ? seen : tick;
      Verdict verdict =
          result != null
              ? alert.verdict(result)
              : alert.isAboutAbsence() && tick - seen < alert.forgetTicks()
                  ? Verdict.MET
                  : Verdict.CLEARED;
      if (state == AlertState.FIRING) {
        if (verdict == Verdict.CLEARED) {
          changes.add(new AlertChange(Kind.RESOLVED, tick, since));
          state = AlertState.INACTIVE;
        }
        continue;
      }
      if (verdict != Verdict.MET) {
        if (state == AlertState.PENDING && !alert.isAboutAbsence()) {
          changes.add(new AlertChange(Kind.INACTIVE, tick, since));
        }
        state = AlertState.INACTIVE;
        continue;
      }
      if (state == AlertState.INACTIVE) {
        since = tick;
        state = AlertState.PENDING;
        if (alert.hold() > 0) {
          changes.add(new AlertChange(Kind.PENDING, tick, tick));
        }
      }
      if (tick - since >= alert.rule().hold()) {
        since = tick;
        state = AlertState.FIRING;
        changes.add(new AlertChange(Kind.FIRING, tick, tick));
      }
    }
    return changes;
  }
}
