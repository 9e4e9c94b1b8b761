package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BalanceTest {
  @Test
  void saysWhenEveryRecordHasItsOutcome() {
    Balance balance =
        Balance.of(
            Map.of(
                "read",
                2000L,
                "accepted",
                1990L,
                "error",
                4L,
                "duplicate",
                3L,
                "late",
                2L,
                "dead",
                1L,
                "sink_rows",
                77L));
    assertThat(balance.balances(), is(true));
    assertThat(
        balance.equation(),
        equalTo("read 2,000 = accepted 1,990 + error 4 + duplicate 3 + late 2 + dead 1"));
  }

  @Test
  void isSettledOnceTheAuditHoldsEveryOutcome() {
    assertThat(settled(10, 10, 9), is(false));
    assertThat(settled(10, 9, 10), is(false));
    assertThat(settled(10, 10, 10), is(true));
  }

  private static boolean settled(long read, long accepted, long audited) {
    return Balance.of(Map.of("read", read, "accepted", accepted, "audited", audited)).settled();
  }

  @Test
  void rollupsAreSettledOnceEveryResultIsWritten() {
    Balance missing = Balance.of(Map.of("rollups_given", 5L, "rollups_written", 3L));
    assertThat(missing.rollupsMissing(), equalTo(2L));
    assertThat(missing.rollupsSettled(), is(false));
    Balance open = Balance.of(Map.of("rollups_changed", 1L));
    assertThat(open.rollupsWritten(), is(true));
    assertThat(open.rollupsSettled(), is(false));
    // A bundle that was done again counts again.
    assertThat(
        Balance.of(Map.of("rollups_given", 5L, "rollups_written", 6L)).rollupsSettled(), is(true));
  }

  @Test
  void saysHowManyRecordsHaveNone() {
    Balance balance = Balance.of(Map.of("read", 10L, "accepted", 7L));
    assertThat(balance.balances(), is(false));
    assertThat(balance.inFlight(), equalTo(3L));
    assertThat(
        balance.equation(),
        equalTo(
            "read 10 ≠ accepted 7 + error 0 + duplicate 0 + late 0 + dead 0  (3 without outcome)"));
  }

  @Test
  void aRunThatContinuesCountsWhatItWritesForTheEarlierOne() {
    Balance more = Balance.of(Map.of("read", 1000L, "accepted", 1005L, "audited", 1005L));
    assertThat(more.readEarlier(), equalTo(5L));
    assertThat(more.settled(), is(true));
    assertThat(
        more.equationSinceStart(),
        equalTo(
            "since this start: read 1,000 + earlier 5 = accepted 1,005 + error 0 + duplicate 0"
                + " + late 0 + dead 0"));
    assertThat(
        Balance.of(Map.of("read", 7L, "accepted", 7L)).equationSinceStart(),
        equalTo("since this start: read 7 = accepted 7 + error 0 + duplicate 0 + late 0 + dead 0"));
  }
}
