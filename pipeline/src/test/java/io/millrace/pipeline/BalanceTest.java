package io.millrace.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.util.List;
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

  private static Balance sum(Map<String, Long> one, Map<String, Long> other) {
    return Balance.sum(List.of(Balance.of(one), Balance.of(other)));
  }

  @Test
  void theSumOfContractsHasTheEventsOfEach() {
    Map<String, Long> many =
        Map.of("read", 2L, "events", 5L, "empty_records", 1L, "accepted", 5L, "audited", 6L);
    Map<String, Long> one = Map.of("read", 3L, "accepted", 2L, "dead", 1L, "audited", 3L);
    Balance sum = sum(many, one);
    assertThat(sum.events(), equalTo(8L));
    assertThat(sum.balances(), is(true));
    assertThat(sum.settled(), is(true));
    assertThat(
        sum.equation(),
        equalTo(
            "read 5 records (1 empty): events 8 = accepted 7 + error 0 + duplicate 0 + late 0 + dead"
                + " 1"));
  }

  /** A retried bundle counts again, and must not stand for events of another contract. */
  @Test
  void theSumOfContractsIsSettledOnceEachIs() {
    Map<String, Long> twice = Map.of("read", 5L, "accepted", 5L, "audited", 9L);
    Map<String, Long> open = Map.of("read", 4L, "accepted", 4L, "audited", 0L);
    assertThat(sum(twice, open).settled(), is(false));
    assertThat(sum(twice, Map.of("read", 4L, "accepted", 4L, "audited", 4L)).settled(), is(true));

    Map<String, Long> lostTwice = Map.of("lost_ranges", 1L, "lost_ranges_audited", 2L);
    assertThat(sum(lostTwice, Map.of("lost_ranges", 1L)).settled(), is(false));

    Balance rollups =
        sum(
            Map.of("rollups_given", 1L, "rollups_written", 2L, "rollups_changed", -3L),
            Map.of("rollups_given", 2L, "rollups_written", 1L, "rollups_changed", 3L));
    assertThat(rollups.rollupsMissing(), equalTo(1L));
    assertThat(rollups.rollupsOpen(), equalTo(3L));
  }

  @Test
  void countersAreThoseUnderTheNameOfTheContract() {
    Map<String, Map<String, Long>> steps =
        Map.of(
            "a/DecodeEvents/Decode", Map.of("read", 1L),
            "a b/DecodeEvents/Decode", Map.of("read", 2L),
            "RouteRecords/Route", Map.of("read", 4L));
    assertThat(
        Balance.under("a", steps), equalTo(Map.of("DecodeEvents/Decode", Map.of("read", 1L))));
    assertThat(
        Balance.under("a b", steps), equalTo(Map.of("DecodeEvents/Decode", Map.of("read", 2L))));
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
