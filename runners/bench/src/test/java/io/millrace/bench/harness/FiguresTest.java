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
}
