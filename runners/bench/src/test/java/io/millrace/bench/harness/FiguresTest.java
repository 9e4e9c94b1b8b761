package io.millrace.bench.harness;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void areTheMedianAndTheExtremes() {
    assertThat(Figures.of(List.of(3.0, 1.0, 9.0)), equalTo(new Figures(3.0, 1.0, 9.0)));
    assertThat(Figures.of(List.of(4.0, 2.0)), equalTo(new Figures(3.0, 2.0, 4.0)));
  }

  @Test
  void ofDifferencesPairEachRunWithTheOneBesideIt() {
    assertThat(
        Figures.ofDifferences(List.of(3.0, 5.0), List.of(1.0, 1.0)),
        equalTo(new Figures(3.0, 2.0, 4.0)));
  }

  @Test
  void ratiosAreThoseOfRunsOfTheSameRound() {
    // By round 4, 2 and 3. The ratio of the medians would be 4.
    assertThat(
        Figures.ofRatios(List.of(8, 10, 3), List.of(2, 5, 1), Integer::doubleValue),
        equalTo(new Figures(3, 2, 4)));
  }
}
