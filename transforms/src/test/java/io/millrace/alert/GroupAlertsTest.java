package io.millrace.alert;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupAlertsTest {
  private static final long KEEP = 5;

  private static GroupRun run(NumberAlert... alerts) {
    return new GroupRun(List.of(alerts), KEEP);
  }

  @Test
  void firesAtTheEndOfTheWindowAndNotBefore() {
    GroupRun run = run(NumberAlert.of("a", 0)).until(99).result(100, 1, 12);
    assertThat(run.texts(), empty());
    assertThat(run.until(100).texts(), contains("a FIRING@100 -> FIRING"));
  }

  @Test
  void judgesTheLatestResultOfAWindowOnly() {
    GroupRun run = run(NumberAlert.of("a", 0)).until(99).result(100, 1, 12).result(100, 5, 3);
    assertThat(run.until(100).texts(), empty());
  }

  @Test
  void isResolvedByTheFirstResultThatDoesNotMeetTheCondition() {
    GroupRun run = run(NumberAlert.of("a", 0)).until(99);
    run.result(100, 1, 12).result(101, 1, 11).result(102, 1, 9).until(102);
    assertThat(run.texts(), contains("a FIRING@100 -> FIRING", "a RESOLVED@102 -> INACTIVE"));
    assertThat(run.given().get(1).change().since(), is(100L));
  }

  @Test
  void isPendingUntilTheConditionHasHeldForLongEnough() {
    GroupRun run = run(NumberAlert.of("a", 2)).until(99);
    run.result(100, 1, 12).result(101, 1, 12).result(102, 1, 12).until(101);
    assertThat(run.texts(), contains("a PENDING@100 -> PENDING"));
    assertThat(
        run.until(102).texts(), contains("a PENDING@100 -> PENDING", "a FIRING@102 -> FIRING"));
  }

  @Test
  void aBreakEndsPending() {
    GroupRun run = run(NumberAlert.of("a", 2)).until(99);
    run.result(100, 1, 12).result(101, 1, 2).result(102, 1, 12).until(102);
    assertThat(
        run.texts(),
        contains(
            "a PENDING@100 -> PENDING", "a INACTIVE@101 -> INACTIVE", "a PENDING@102 -> PENDING"));
  }

  @Test
  void aWindowWithoutResultIsABreakAndResolves() {
    GroupRun run = run(NumberAlert.of("a", 0), NumberAlert.of("b", 2)).until(99);
    run.result(100, 1, 12).until(101);
    assertThat(
        run.texts(),
        contains(
            "a FIRING@100 -> FIRING",
            "b PENDING@100 -> PENDING",
            "a RESOLVED@101 -> INACTIVE",
            "b INACTIVE@101 -> INACTIVE"));
  }

  @Test
  void hysteresisKeepsFiringBetweenTheConditions() {
    GroupRun run = run(new NumberAlert("a", 0, true, false, 0, 0)).until(99);
    run.result(100, 1, 7).result(101, 1, 12).result(102, 1, 7).result(103, 1, 4).until(103);
    assertThat(run.texts(), contains("a FIRING@101 -> FIRING", "a RESOLVED@103 -> INACTIVE"));
  }

  @Test
  void hysteresisIsABreakWhilePending() {
    GroupRun run = run(new NumberAlert("a", 2, true, false, 0, 0)).until(99);
    run.result(100, 1, 12).result(101, 1, 7).until(101);
    assertThat(run.texts(), contains("a PENDING@100 -> PENDING", "a INACTIVE@101 -> INACTIVE"));
  }

  @Test
  void aCorrectionRevokesWhatDidNotHappen() {
    GroupRun run = run(NumberAlert.of("a", 0)).until(99);
    run.result(100, 1, 12).result(101, 1, 1).until(102).result(100, 2, 3);
    assertThat(
        run.texts(),
        contains(
            "a FIRING@100 -> FIRING",
            "a RESOLVED@101 -> INACTIVE",
            "a FIRING@100 revoked -> INACTIVE",
            "a RESOLVED@101 revoked -> INACTIVE"));
    assertThat(run.table("a"), empty());
    assertThat(run.given().get(3).revision(), is(1L));
  }

  @Test
  void aCorrectionAddsWhatHappened() {
    GroupRun run = run(NumberAlert.of("a", 1)).until(99);
    run.result(100, 1, 2).result(101, 1, 12).until(101).result(100, 2, 12);
    assertThat(
        run.texts(),
        contains(
            "a PENDING@101 -> PENDING",
            "a PENDING@101 revoked -> FIRING",
            "a PENDING@100 corrected -> FIRING",
            "a FIRING@101 corrected -> FIRING"));
  }

  @Test
  void aCorrectionThatChangesNoVerdictIsSilent() {
    GroupRun run = run(NumberAlert.of("a", 0)).until(99);
    run.result(100, 1, 12).until(100).result(100, 2, 15);
    assertThat(run.texts(), contains("a FIRING@100 -> FIRING"));
  }

  @Test
  void anEarlierBeginningAltersTheEndOfAnAlert() {
    GroupRun run = run(NumberAlert.of("a", 0)).until(99);
    run.result(100, 1, 2).result(101, 1, 12).result(102, 1, 2).until(102).result(100, 2, 12);
    assertThat(
        run.table("a"),
        contains(
            new AlertChange(AlertChange.Kind.FIRING, 100, 100),
            new AlertChange(AlertChange.Kind.RESOLVED, 102, 100)));
  }

  @Test
  void aLateResultBeforeAllOthersIsJudged() {
    GroupRun run = run(NumberAlert.of("a", 0)).until(99).result(100, 1, 2).until(101);
    assertThat(
        run.result(98, 1, 12).texts(),
        contains("a FIRING@98 corrected -> INACTIVE", "a RESOLVED@99 corrected -> INACTIVE"));
  }

  @Test
  void earlyResultsFireBeforeTheWindowEnds() {
    NumberAlert early = new NumberAlert("a", 0, false, true, 0, 0);
    GroupRun run = run(early).until(99).result(101, 1, 12);
    assertThat(run.texts(), contains("a FIRING@101 -> FIRING"));
    assertThat(run.result(101, 2, 13).until(101).texts(), contains("a FIRING@101 -> FIRING"));
  }

  @Test
  void anEarlyResultResolvesNothing() {
    NumberAlert early = new NumberAlert("a", 0, false, true, 0, 0);
    GroupRun run = run(early).until(99).result(100, 1, 12).until(100).result(101, 1, 3);
    assertThat(run.texts(), contains("a FIRING@100 -> FIRING"));
    assertThat(
        run.until(101).texts(), contains("a FIRING@100 -> FIRING", "a RESOLVED@101 -> INACTIVE"));
  }

  @Test
  void theEndOfTheWindowRevokesWhatAnEarlyResultFired() {
    NumberAlert early = new NumberAlert("a", 0, false, true, 0, 0);
    GroupRun run = run(early).until(99).result(100, 1, 12).result(100, 2, 3).until(100);
    assertThat(run.texts(), contains("a FIRING@100 -> FIRING", "a FIRING@100 revoked -> INACTIVE"));
  }

  @Test
  void absenceFiresExactlyThatLongAfterTheLastResult() {
    GroupRun run = run(NumberAlert.absence("gone", 3, 50)).until(99).result(100, 1, 0).until(102);
    assertThat(run.texts(), empty());
    assertThat(run.until(103).texts(), contains("gone FIRING@103 -> FIRING"));
    assertThat(
        run.result(110, 1, 0).until(110).texts(),
        contains("gone FIRING@103 -> FIRING", "gone RESOLVED@110 -> INACTIVE"));
  }

  @Test
  void anAbsentGroupIsForgottenInTheEnd() {
    GroupRun run = run(NumberAlert.absence("gone", 3, 50)).until(99).result(100, 1, 0).until(149);
    assertThat(run.texts(), contains("gone FIRING@103 -> FIRING"));
    assertThat(run.forgotten(), is(0));
    run.until(156);
    assertThat(run.texts(), contains("gone FIRING@103 -> FIRING", "gone RESOLVED@150 -> INACTIVE"));
    assertThat(run.forgotten(), is(1));
  }

  @Test
  void aLateResultRevokesAbsence() {
    GroupRun run = run(NumberAlert.absence("gone", 3, 50)).until(99).result(100, 1, 0).until(104);
    run.result(102, 1, 0);
    assertThat(
        run.texts(), contains("gone FIRING@103 -> FIRING", "gone FIRING@103 revoked -> INACTIVE"));
    assertThat(run.until(105).table("gone").get(0).tick(), is(105L));
  }

  @Test
  void theEndOfTheInputIsNoAbsenceAndResolvesNothing() {
    NumberAlert alert = NumberAlert.of("a", 0);
    GroupAlerts<NumberAlert.Result> group =
        new GroupAlerts<>(
            NumberAlert.RESULTS, List.of(alert, NumberAlert.absence("gone", 1, 9)), KEEP);
    assertThat(group.add(100, NumberAlert.stored(1, 12)), empty());
    assertThat(group.advance(100, true).size(), is(1));
    assertThat(group.advance(105, true), empty());
  }

  @Test
  void aGroupIsForgottenWhenItsWindowsCannotBeCorrectedAnyMore() {
    GroupRun run = run(NumberAlert.of("a", 0)).until(99).result(100, 1, 3).until(105);
    assertThat(run.forgotten(), is(0));
    assertThat(run.until(106).forgotten(), is(1));
  }

  @Test
  void aFiringAlertGoesOnUnderAChangedCondition() {
    GroupAlerts<NumberAlert.Result> before =
        new GroupAlerts<>(NumberAlert.RESULTS, List.of(NumberAlert.of("a", 0)), KEEP);
    assertThat(before.add(100, NumberAlert.stored(1, 12)), empty());
    assertThat(before.advance(100, false).size(), is(1));

    List<NumberAlert> changed = List.of(NumberAlert.of("a", 3), NumberAlert.of("b", 0));
    GroupAlerts<NumberAlert.Result> after =
        new GroupAlerts<>(NumberAlert.RESULTS, changed, KEEP).read(before.toBytes());
    assertThat(after.wake(), is(101L));
    assertThat(after.add(101, NumberAlert.stored(1, 12)), empty());
    List<GroupAlerts.Given<NumberAlert.Result>> given = after.advance(101, false);
    assertThat(given.stream().map(one -> one.alert().name()).toList(), contains("b"));
    assertThat(after.advance(102, false).get(0).change().since(), is(100L));
  }

  @Test
  void stateOfAlertsThatAreGoneIsDropped() {
    GroupAlerts<NumberAlert.Result> before =
        new GroupAlerts<>(NumberAlert.RESULTS, List.of(NumberAlert.of("a", 0)), KEEP);
    assertThat(before.add(100, NumberAlert.stored(1, 12)), empty());
    GroupAlerts<NumberAlert.Result> after =
        new GroupAlerts<>(NumberAlert.RESULTS, List.of(NumberAlert.of("b", 0)), KEEP)
            .read(before.toBytes());
    assertThat(after.advance(100, false).get(0).alert().name(), is("b"));
  }

  @Test
  void runsOfEqualVerdictsTakeNoMemory() {
    GroupAlerts<NumberAlert.Result> group =
        new GroupAlerts<>(NumberAlert.RESULTS, List.of(NumberAlert.of("a", 0)), 1_000_000);
    for (long tick = 1; tick <= 1000; tick++) {
      assertThat(group.add(tick, NumberAlert.stored(1, 1)), empty());
      assertThat(group.advance(tick, false), empty());
    }
    assertThat(group.toBytes().length < 200, is(true));
  }
}
