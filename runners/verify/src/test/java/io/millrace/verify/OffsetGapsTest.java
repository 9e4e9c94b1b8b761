package io.millrace.verify;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.millrace.kafka.consume.OffsetSpan;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffsetGapsTest {
  private static OffsetSpan span(int partition, long from, long to) {
    return new OffsetSpan("t", partition, from, to);
  }

  private static List<String> gaps(List<OffsetSpan> all, OffsetSpan... covered) {
    return LostRanges.gaps(all, List.of(covered)).stream().map(OffsetSpan::toString).toList();
  }

  @Test
  void whatIsCoveredHasNone() {
    assertThat(gaps(List.of(span(0, 0, 10)), span(0, 0, 10)), is(empty()));
    assertThat(gaps(List.of(span(0, 3, 5)), span(0, 0, 10)), is(empty()));
    assertThat(gaps(List.of(span(0, 0, 10)), span(0, 0, 4), span(0, 4, 10)), is(empty()));
    assertThat(
        gaps(List.of(span(0, 0, 10)), span(0, 0, 6), span(0, 2, 4), span(0, 5, 10)), is(empty()));
    assertThat(gaps(List.of()), is(empty()));
  }

  @Test
  void atTheFrontInTheMiddleAndAtTheEnd() {
    assertThat(
        gaps(List.of(span(0, 0, 10)), span(0, 2, 4), span(0, 5, 8)),
        contains("t/0@0-1", "t/0@4", "t/0@8-9"));
    assertThat(gaps(List.of(span(0, 5, 7))), contains("t/0@5-6"));
  }

  @Test
  void eachPartitionHasItsOwn() {
    assertThat(
        gaps(
            List.of(span(0, 0, 3), span(1, 0, 3), new OffsetSpan("u", 0, 0, 1)),
            span(0, 0, 3),
            span(1, 1, 3)),
        contains("t/1@0", "u/0@0"));
  }
}
