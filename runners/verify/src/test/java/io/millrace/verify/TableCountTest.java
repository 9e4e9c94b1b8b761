package io.millrace.verify;

import static io.millrace.verify.TableCount.Verdict.DIFFERENT;
import static io.millrace.verify.TableCount.Verdict.EQUAL;
import static io.millrace.verify.TableCount.Verdict.EXPIRED;
import static io.millrace.verify.TableCount.Verdict.REPEATS;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.event.Outcome;
import io.millrace.verify.TableCount.Verdict;
import org.junit.jupiter.api.Test;

class TableCountTest {
  private static Verdict accepted(
      long liveRows, long liveAudited, long otherRows, long otherAudited, long undated) {
    return new TableEvidence(liveRows, liveAudited, otherRows, otherAudited, undated, 0, 0, -1)
        .verdict(Outcome.ACCEPTED);
  }

  private static Verdict late(
      long rows, long audited, long undated, long timesWithoutRow, long rowsTooMany) {
    return new TableEvidence(rows, audited, 0, 0, undated, timesWithoutRow, rowsTooMany, -1)
        .verdict(Outcome.LATE);
  }

  @Test
  void onlyRowsWhoseTtlHasPassedMayBeGone() {
    assertThat(accepted(5, 5, 0, 0, 0), is(EQUAL));
    assertThat(accepted(5, 5, 3, 3, 0), is(EQUAL));
    assertThat(accepted(5, 5, 0, 3, 0), is(EXPIRED));
    assertThat("one that is to be kept is gone", accepted(4, 5, 3, 3, 0), is(DIFFERENT));
    assertThat("and is not made up for by others", accepted(4, 5, 4, 3, 0), is(DIFFERENT));
    assertThat(accepted(6, 5, 2, 3, 0), is(DIFFERENT));
    assertThat(accepted(5, 5, 4, 3, 0), is(DIFFERENT));
    assertThat(accepted(0, 5, 0, 0, 0), is(DIFFERENT));
  }

  @Test
  void recordsWithoutEventTimeMayBeAnyRow() {
    assertThat(accepted(7, 5, 0, 0, 4), is(EXPIRED));
    assertThat(accepted(9, 5, 0, 0, 4), is(EQUAL));
    assertThat(accepted(10, 5, 0, 0, 4), is(DIFFERENT));
    assertThat(accepted(4, 5, 0, 0, 4), is(DIFFERENT));
  }

  @Test
  void aLateEventThatComesTwiceIsOneRowOfItsTime() {
    assertThat(late(5, 5, 0, 0, 0), is(EQUAL));
    assertThat(late(4, 5, 0, 0, 0), is(REPEATS));
    assertThat("a time without a row", late(4, 5, 0, 1, 0), is(DIFFERENT));
    assertThat("also if the numbers agree", late(5, 5, 0, 1, 1), is(DIFFERENT));
    assertThat("more rows than records of a time", late(4, 5, 0, 0, 1), is(DIFFERENT));
    assertThat("too many", late(6, 5, 0, 0, 1), is(DIFFERENT));
    assertThat("all of them gone", late(0, 5, 0, 5, 0), is(DIFFERENT));
  }

  @Test
  void anAuditThatHasForgottenRecords() {
    TableEvidence more = new TableEvidence(9, 5, 0, 0, 0, 0, 0, 5);
    assertThat(more.verdict(Outcome.ACCEPTED), is(EXPIRED));
    TableEvidence recent = new TableEvidence(9, 5, 0, 0, 0, 0, 0, 6);
    assertThat("a recent row too many", recent.verdict(Outcome.ACCEPTED), is(DIFFERENT));
    TableEvidence fewer = new TableEvidence(4, 5, 0, 0, 0, 0, 0, 4);
    assertThat(fewer.verdict(Outcome.ACCEPTED), is(DIFFERENT));
  }

  @Test
  void deadLetters() {
    assertThat(TableCount.verdict(5, 5, 5, false), is(EQUAL));
    assertThat(TableCount.verdict(4, 5, 4, false), is(EXPIRED));
    assertThat("written yesterday", TableCount.verdict(4, 5, 5, false), is(DIFFERENT));
    assertThat(TableCount.verdict(6, 5, 5, false), is(DIFFERENT));
    assertThat(TableCount.verdict(6, 5, 5, true), is(EXPIRED));
  }
}
