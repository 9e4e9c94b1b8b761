package io.millrace.cli.audit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.event.Outcome;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OutcomesByArrivalTest {
  private static final long NOON = 1_772_366_400_000L;
  private static final long MINUTE = 60_000;

  /** One accepted record in each minute. */
  private static OutcomesByArrival minutes(int count) {
    SortedMap<Long, Map<Outcome, Long>> minutes = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      minutes.put(NOON + i * MINUTE, Map.of(Outcome.ACCEPTED, 1L));
    }
    return OutcomesByArrival.of(minutes);
  }

  private static long records(OutcomesByArrival arrivals) {
    return arrivals.steps().values().stream().mapToLong(m -> m.get(Outcome.ACCEPTED)).sum();
  }

  @Test
  void aShortRangeIsListedByMinute() {
    assertThat(minutes(60).unit(), is("minute"));
    assertThat(minutes(60).steps().size(), is(60));
    assertThat(minutes(0).steps().size(), is(0));
  }

  @Test
  void aLongOneByHourThenByDay() {
    OutcomesByArrival hours = minutes(61);
    assertThat(hours.unit(), is("hour"));
    assertThat(
        hours.steps(),
        is(
            Map.of(
                NOON,
                Map.of(Outcome.ACCEPTED, 60L),
                NOON + 60 * MINUTE,
                Map.of(Outcome.ACCEPTED, 1L))));
    OutcomesByArrival days = minutes(61 * 60);
    assertThat(days.unit(), is("day"));
    assertThat(records(days), is(61 * 60L));
  }

  @Test
  void ofMoreDaysThanAPageHoldsTheLastAreListed() {
    OutcomesByArrival days = minutes(70 * 24 * 60);
    assertThat(days.steps().size(), is(OutcomesByArrival.PAGE));
    // From noon to noon, 70 days touch 71.
    assertThat(days.before(), is(11));
    assertThat(records(days), is((59 * 24 + 12) * 60L));
  }
}
