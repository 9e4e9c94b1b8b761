package io.millrace.direct;

import static io.millrace.direct.TableCount.Verdict.DIFFERENT;
import static io.millrace.direct.TableCount.Verdict.EQUAL;
import static io.millrace.direct.TableCount.Verdict.EXPIRED;
import static io.millrace.direct.TableCount.Verdict.REPEATS;
import static io.millrace.direct.TableCount.verdict;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.event.Outcome;
import org.junit.jupiter.api.Test;

class TableCountTest {
  @Test
  void equalIsEqualWhateverMayHaveExpired() {
    assertThat(verdict(Outcome.ACCEPTED, 5, 5, true, true), is(EQUAL));
    assertThat(verdict(Outcome.LATE, 0, 0, false, false), is(EQUAL));
  }

  @Test
  void aLateEventThatComesTwiceIsOneRow() {
    assertThat(verdict(Outcome.LATE, 4, 5, false, false), is(REPEATS));
    assertThat("all of them gone", verdict(Outcome.LATE, 0, 5, false, false), is(DIFFERENT));
    assertThat("too many", verdict(Outcome.LATE, 6, 5, false, false), is(DIFFERENT));
  }

  @Test
  void onlyATtlExcusesADifference() {
    assertThat(verdict(Outcome.ACCEPTED, 4, 5, false, true), is(DIFFERENT));
    assertThat(verdict(Outcome.ACCEPTED, 4, 5, true, false), is(EXPIRED));
    assertThat(verdict(Outcome.ACCEPTED, 6, 5, true, false), is(DIFFERENT));
    assertThat(verdict(Outcome.ACCEPTED, 6, 5, false, true), is(EXPIRED));
  }
}
