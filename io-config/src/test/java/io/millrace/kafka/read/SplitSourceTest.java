package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SplitSourceTest {
  @Test
  void consecutivePartitionsOfATopicAreInDifferentSplits() {
    Set<Integer> splits = new TreeSet<>();
    for (int partition = 0; partition < 8; partition++) {
      splits.add(SplitSource.split("events", partition, 8));
    }
    assertThat(splits, hasSize(8));
  }

  @Test
  void aPartitionStaysInItsSplit() {
    // A savepoint depends on these numbers.
    assertThat(SplitSource.split("events", 0, 32), equalTo(25));
    assertThat(SplitSource.split("events", 5, 32), equalTo(30));
    assertThat(SplitSource.split("polygenelubricants", 1, 32), equalTo(1));
  }

  @Test
  void eachPartitionHasOneOwner() {
    var splits = SplitSource.of(5).split(128, PipelineOptionsFactory.create());
    assertThat(splits, hasSize(5));
    for (int partition = 0; partition < 20; partition++) {
      TopicPartition one = new TopicPartition("events", partition);
      assertThat(splits.stream().filter(split -> split.owns(one)).count(), equalTo(1L));
    }
  }
}
