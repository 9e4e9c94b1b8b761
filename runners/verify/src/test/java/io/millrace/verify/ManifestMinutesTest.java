package io.millrace.verify;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import io.millrace.event.Outcome;
import io.millrace.testdata.manifest.ManifestEntry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestMinutesTest {
  private static final long NOON = 1_772_366_400_000L;
  private static final long MINUTE = 60_000;

  private static ManifestEntry sent(io.millrace.testdata.manifest.Outcome outcome, long at) {
    return new ManifestEntry(
        0, 0, outcome, null, "id", "", 0, at, at, "", "", "", "", 0, 0, false, "");
  }

  private static ManifestMinutes sent() {
    ManifestMinutes minutes = new ManifestMinutes(at -> at < NOON + 2 * MINUTE);
    minutes.add(sent(io.millrace.testdata.manifest.Outcome.ACCEPTED, NOON + MINUTE - 1));
    minutes.add(sent(io.millrace.testdata.manifest.Outcome.DUPLICATE, NOON + MINUTE));
    minutes.add(sent(io.millrace.testdata.manifest.Outcome.LATE, NOON + MINUTE));
    minutes.add(sent(io.millrace.testdata.manifest.Outcome.LATE, NOON + 2 * MINUTE));
    return minutes;
  }

  private static ManifestDifferences compare(
      ManifestMinutes minutes, Map<Outcome, Long> first, Map<Outcome, Long> second) {
    ManifestDifferences differences = new ManifestDifferences(1);
    minutes.compare(Map.of(NOON, first, NOON + MINUTE, second), differences);
    return differences;
  }

  @Test
  void equalMinutesAgree() {
    assertThat(
        compare(
                sent(),
                Map.of(Outcome.ACCEPTED, 1L),
                Map.of(Outcome.DUPLICATE, 1L, Outcome.LATE, 1L))
            .count(),
        is(0L));
  }

  @Test
  void aMinuteThatDiffersIsNamedWithBothCounts() {
    ManifestDifferences differences =
        compare(sent(), Map.of(Outcome.ACCEPTED, 1L), Map.of(Outcome.DUPLICATE, 1L));
    assertThat(differences.counts(), is(Map.of(ManifestDifferences.Kind.MINUTE, 1L)));
    assertThat(
        differences.examples(ManifestDifferences.Kind.MINUTE),
        contains(
            "2026-03-01T12:01:00Z: sent accepted 0, error 0, duplicate 1, late 1, filtered 0,"
                + " dead 0,"
                + " audited accepted 0, error 0, duplicate 1, late 0, filtered 0, dead 0"));
  }

  @Test
  void copiesOfTwoMinutesMayChangePlacesAndNothingElse() {
    Map<Outcome, Long> first = Map.of(Outcome.DUPLICATE, 1L);
    Map<Outcome, Long> second = Map.of(Outcome.ACCEPTED, 1L, Outcome.LATE, 1L);
    assertThat(compare(sent(), first, second).count(), is(2L));
    ManifestMinutes copies = sent();
    copies.copies(NOON, NOON + MINUTE);
    assertThat(compare(copies, first, second).count(), is(0L));
    assertThat(compare(copies, first, Map.of(Outcome.ACCEPTED, 2L)).text(), is("1 minute"));
  }

  /** The range ends within a minute, between the two copies. */
  @Test
  void copiesOfWhichOneIsInTheRangeMayChangePlaces() {
    ManifestMinutes minutes = new ManifestMinutes(at -> at < NOON + 10);
    minutes.add(sent(io.millrace.testdata.manifest.Outcome.ACCEPTED, NOON + 9));
    minutes.add(sent(io.millrace.testdata.manifest.Outcome.DUPLICATE, NOON + 10));
    Map<Outcome, Long> other = Map.of(Outcome.DUPLICATE, 1L);
    assertThat(compare(minutes, other, Map.of()).count(), is(1L));
    minutes.copies(NOON + 8, NOON + 9);
    assertThat("both are in the range", compare(minutes, other, Map.of()).count(), is(1L));
    minutes.copies(NOON + 9, NOON + 10);
    assertThat(compare(minutes, other, Map.of()).count(), is(0L));
    assertThat(compare(minutes, Map.of(), Map.of()).count(), is(1L));
  }

  @Test
  void keepsNoMoreExamplesThanAskedFor() {
    ManifestDifferences differences = compare(sent(), Map.of(), Map.of(Outcome.DEAD, 7L));
    assertThat(differences.count(), is(2L));
    assertThat(differences.examples(ManifestDifferences.Kind.MINUTE).size(), is(1));
  }
}
