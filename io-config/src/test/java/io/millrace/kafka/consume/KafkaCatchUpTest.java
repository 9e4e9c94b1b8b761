package io.millrace.kafka.consume;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaCatchUpTest {
  private static final TopicPartition FIRST = new TopicPartition("t", 0);
  private static final TopicPartition SECOND = new TopicPartition("t", 1);

  private static ConsumerRecords<byte[], byte[]> polled(TopicPartition partition, long... offsets) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long offset : offsets) {
      records.add(
          new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, null));
    }
    return new ConsumerRecords<>(Map.of(partition, records));
  }

  private static List<Long> offsets(ConsumerRecords<byte[], byte[]> records) {
    List<Long> offsets = new ArrayList<>();
    records.forEach(record -> offsets.add(record.offset()));
    return offsets;
  }

  @Test
  void eachPartitionIsReadToItsOwnEndAndNoFurther() {
    try (KafkaCatchUp catchUp =
        KafkaCatchUp.publish(
            "own-ends", List.of(new OffsetSpan("t", 0, 0, 10), new OffsetSpan("t", 1, 5, 8)))) {
      // As many records as there are offsets, but all of one partition
      assertThat(offsets(catchUp.before(polled(FIRST, 0, 4, 9, 10, 11))), contains(0L, 4L, 9L));
      catchUp.reach(FIRST, 12);
      assertThat(catchUp.isReached(1_000), is(false));
      assertThat(offsets(catchUp.before(polled(SECOND, 5, 8))), contains(5L));
      // An offset without a record, such as the mark of a transaction
      catchUp.reach(SECOND, 7);
      assertThat(catchUp.isReached(1_000), is(false));
      catchUp.reach(SECOND, 8);
      assertThat("three and one", catchUp.isReached(3), is(false));
      assertThat(catchUp.isReached(4), is(true));
    }
    assertThat(KafkaCatchUp.of("own-ends"), is(nullValue()));
  }

  @Test
  void recordsThatAreReadAgainCountOnce() {
    try (KafkaCatchUp catchUp =
        KafkaCatchUp.publish("again", List.of(new OffsetSpan("t", 0, 0, 3)))) {
      catchUp.before(polled(FIRST, 0, 1));
      catchUp.before(polled(FIRST, 1, 2));
      catchUp.reach(FIRST, 3);
      // A reader goes back: it must not be told that there is nothing more
      catchUp.reach(FIRST, 1);
      assertThat(catchUp.isReached(2), is(false));
      assertThat(catchUp.isReached(3), is(true));
    }
  }

  @Test
  void ofAPartitionThatHeldNothingNothingIsRead() {
    try (KafkaCatchUp catchUp = KafkaCatchUp.publish("empty", List.of())) {
      assertThat(catchUp.end(FIRST), equalTo(0L));
      assertThat(catchUp.before(polled(FIRST, 0)).isEmpty(), is(true));
      ConsumerRecords<byte[], byte[]> nothing = ConsumerRecords.empty();
      assertThat(catchUp.before(nothing), sameInstance(nothing));
      assertThat(catchUp.isReached(0), is(true));
    }
  }
}
