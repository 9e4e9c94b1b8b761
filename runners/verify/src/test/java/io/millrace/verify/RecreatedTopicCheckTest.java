package io.millrace.verify;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.millrace.kafka.RecordPosition;
import io.millrace.kafka.consume.OffsetSpan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A topic that was created again has other records at the offsets that have outcomes. */
class RecreatedTopicCheckTest {
  private static final long OLD = 1_000_000;
  private static final long NEW = 2_000_000;

  private final Map<String, Long> log = new HashMap<>();
  private final Set<RecordPosition> audit = new HashSet<>();
  private int questions;

  private Map<OffsetSpan, RecordPosition> firsts(List<OffsetSpan> spans) {
    Map<OffsetSpan, RecordPosition> firsts = new HashMap<>();
    for (OffsetSpan span : spans) {
      for (long offset = span.from(); offset < span.to() && !firsts.containsKey(span); offset++) {
        Long time = log.get(span.topic() + "/" + span.partition() + "@" + offset);
        if (time != null) {
          firsts.put(span, new RecordPosition(span.topic(), span.partition(), offset, time));
        }
      }
    }
    return firsts;
  }

  private Set<RecordPosition> audited(List<RecordPosition> records) {
    questions++;
    Set<RecordPosition> known = new HashSet<>(records);
    known.retainAll(audit);
    return known;
  }

  private List<String> others(String... covered) {
    return new RecreatedTopicCheck(this::firsts, this::audited)
        .of(Stream.of(covered).map(OffsetSpan::parse).toList()).stream()
            .map(OffsetSpan::toString)
            .toList();
  }

  private void logged(String topicAndPartition, long from, long to, long time) {
    for (long offset = from; offset < to; offset++) {
      log.put(topicAndPartition + "@" + offset, time + offset);
    }
  }

  private void audited(String topic, int partition, long from, long to, long time) {
    for (long offset = from; offset < to; offset++) {
      audit.add(new RecordPosition(topic, partition, offset, time + offset));
    }
  }

  @Test
  void theSameLogIsAskedOnceForAllPartitions() {
    logged("a/0", 0, 100, OLD);
    audited("a", 0, 0, 100, OLD);
    logged("a/1", 50, 80, OLD);
    audited("a", 1, 0, 80, OLD);
    assertThat(others("a/0@0-99", "a/1@50-79"), empty());
    assertThat(questions, is(1));
    assertThat(others(), empty());
  }

  @Test
  void allOfALogThatNobodyHasReadIsAnotherOne() {
    logged("a/0", 0, 40, NEW);
    audited("a", 0, 0, 100, OLD);
    assertThat(others("a/0@0-39"), contains("a/0@0-39"));
  }

  @Test
  void aLogThatWasReadInPartIsAnotherOneBehindIt() {
    logged("a/0", 0, 1_000, NEW);
    audited("a", 0, 0, 1_000, OLD);
    for (long read : new long[] {1, 2, 499, 500, 501, 998, 999}) {
      audited("a", 0, 0, read, NEW);
      questions = 0;
      assertThat(others("a/0@0-999"), contains("a/0@" + read + (read == 999 ? "" : "-999")));
      assertThat(questions, is(lessThan(13)));
    }
    audited("a", 0, 0, 1_000, NEW);
    assertThat(others("a/0@0-999"), empty());
  }

  @Test
  void gapsAndPartitionsAreKeptApart() {
    logged("a/0", 0, 100, NEW);
    audited("a", 0, 0, 20, OLD);
    audited("a", 0, 60, 100, OLD);
    audited("a", 0, 0, 10, NEW);
    logged("a/1", 0, 100, OLD);
    audited("a", 1, 0, 100, OLD);
    assertThat(others("a/0@0-19", "a/0@60-99", "a/1@0-99"), contains("a/0@10-19", "a/0@60-99"));
  }

  @Test
  void offsetsWithoutRecordSayNothing() {
    audited("a", 0, 0, 100, OLD);
    assertThat(others("a/0@0-99"), empty());
  }
}
