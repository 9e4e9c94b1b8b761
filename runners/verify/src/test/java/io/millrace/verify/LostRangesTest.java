package io.millrace.verify;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasToString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.kafka.consume.OffsetSpan;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LostRangesTest {
  private static List<OffsetSpan> spans(String... texts) {
    return Stream.of(texts).map(OffsetSpan::parse).toList();
  }

  @Test
  void whatALaterReadingCoversIsNotLost() {
    List<OffsetSpan> found = spans("t/0@10-39");
    assertThat(
        LostRanges.of(found, List.of(), spans("t/0@0-9", "t/0@40-99"), List.of()).beforeRead(),
        hasToString("[t/0@10-39]"));
    assertThat(
        LostRanges.of(found, List.of(), spans("t/0@0-29", "t/0@40-99"), List.of()).beforeRead(),
        hasToString("[t/0@30-39]"));
    LostRanges covered = LostRanges.of(found, List.of(), spans("t/0@0-99"), List.of());
    assertThat(covered.beforeRead(), empty());
    assertThat(covered.ok(), is(true));
  }

  /** A crash makes a reader find a range again, and find more of it missing. */
  @Test
  void rangesThatOverlapCountOnce() {
    LostRanges lost =
        LostRanges.of(
            spans("t/0@10-39", "t/0@5-44", "t/0@5-44", "t/1@7"), List.of(), List.of(), List.of());
    assertThat(lost.beforeRead(), hasToString("[t/0@5-44, t/1@7]"));
    assertThat(LostRanges.offsets(lost.beforeRead()), is(41L));
  }

  @Test
  void whatIsAcceptedIsLostNoMore() {
    List<OffsetSpan> found = spans("t/0@10-39");
    List<OffsetSpan> removed = spans("t/0@0-59");
    List<OffsetSpan> covered = spans("t/0@0-9", "t/0@40-49", "t/0@51-59");
    LostRanges part = LostRanges.of(found, removed, covered, spans("t/0@20-29"));
    assertThat(part.beforeRead(), hasToString("[t/0@10-19, t/0@30-39]"));
    assertThat(part.notInLog(), hasToString("[t/0@50]"));
    assertThat(part.accepted(), hasToString("[t/0@20-29]"));
    assertThat(part.ok(), is(false));
    LostRanges all = LostRanges.of(found, removed, covered, spans("t/0@0-100", "t/0@10-39"));
    assertThat(all.ok(), is(true));
    assertThat(all.accepted(), hasToString("[t/0@10-39, t/0@50]"));
  }

  @Test
  void theLogHasHeldWhatIsBetweenTheFirstKnownOffsetAndItsBeginning() {
    Map<TopicPartition, Long> beginnings =
        Map.of(new TopicPartition("t", 0), 5_000L, new TopicPartition("t", 1), 0L);
    List<OffsetSpan> known = spans("t/0@100-999", "t/1@0-999", "gone/0@3-4");
    assertThat(LostRanges.removed(known, beginnings, false), hasToString("[t/0@100-4999]"));
    assertThat(LostRanges.removed(known, beginnings, true), hasToString("[t/0@100-999]"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b-c/12@7-9", "t/0@0", "t-1/0@3-4"})
  void aRangeIsReadAsItIsWritten(String text) {
    assertThat(OffsetSpan.parse(text), hasToString(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "t",
        "t/0",
        "t@1-2",
        "/0@1",
        "t/0@",
        "t/x@1",
        "t/0@5-4",
        "t/-1@5",
        "t/0@-1",
        "t/0@0-9223372036854775807"
      })
  void whatIsNoRangeIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> OffsetSpan.parse(text));
  }
}
