package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ReadMarkTest {
  private static ReadMark mark(int partitions) {
    SortedMap<String, Uuid> ids = new TreeMap<>();
    ids.put("a", new Uuid(1, -2));
    ids.put("b.c", Uuid.ZERO_UUID);
    SortedMap<TopicPartition, ReadMark.Position> positions = new TreeMap<>(ReadMark.ORDER);
    for (int p = 0; p < partitions; p++) {
      positions.put(
          new TopicPartition("a", p),
          new ReadMark.Position(1_000_000_000L + p, 3, 17, 1_000_000_100L));
    }
    positions.put(
        new TopicPartition("b.c", 7),
        new ReadMark.Position(ReadMark.Position.AS_STARTED, -1, Long.MIN_VALUE, 0));
    positions.put(
        new TopicPartition("b.c", 9),
        new ReadMark.Position(ReadMark.Position.EARLIEST, -1, 5, Long.MAX_VALUE / 2));
    return new ReadMark(true, 42, ids, positions, null);
  }

  @Test
  void theCoderKeepsEverything() throws Exception {
    for (ReadMark mark :
        new ReadMark[] {
          mark(3), new ReadMark(false, -1, new TreeMap<>(), new TreeMap<>(ReadMark.ORDER), null)
        }) {
      byte[] bytes = CoderUtils.encodeToByteArray(ReadMark.CODER, mark);
      assertThat(CoderUtils.decodeFromByteArray(ReadMark.CODER, bytes), equalTo(mark));
      assertThat(bytes[0], equalTo((byte) 1));
    }
  }

  @Test
  void aPartitionTakesFewBytes() throws Exception {
    int one = CoderUtils.encodeToByteArray(ReadMark.CODER, mark(1)).length;
    int many = CoderUtils.encodeToByteArray(ReadMark.CODER, mark(101)).length;
    assertThat(many - one, lessThan(100 * 20));
  }

  @Test
  void anotherVersionIsRefused() throws Exception {
    byte[] bytes = CoderUtils.encodeToByteArray(ReadMark.CODER, mark(1));
    bytes[0] = 2;
    Exception e =
        assertThrows(
            IOException.class, () -> ReadMark.CODER.decode(new ByteArrayInputStream(bytes)));
    assertThat(e.getMessage(), containsString("version 2 of a Kafka reader's checkpoint"));
  }

  @Test
  void aDurableMarkReachesItsReader() {
    AtomicReference<ReadMark> durable = new AtomicReference<>();
    ReadMark mark = mark(1);
    ReadMark own =
        new ReadMark(
            mark.started(),
            mark.watermarkMillis(),
            mark.topicIds(),
            mark.partitions(),
            durable::set);
    own.finalizeCheckpoint();
    assertThat(durable.get(), equalTo(own));
    mark.finalizeCheckpoint();
  }
}
