package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class HandedOverTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  @Test
  void isSharedByTheReadersOfARunUntilItEnds() {
    String run = "shared-until-it-ends";
    HandedOver.publish(run);
    HandedOver first = HandedOver.of(run);
    assertThat(HandedOver.of(run), sameInstance(first));
    first.count(3);
    first.at(PARTITION, 7);
    assertThat(HandedOver.of(run).offsetsAfter(2), equalTo(Map.of()));
    assertThat(HandedOver.of(run).offsetsAfter(3), equalTo(Map.of(PARTITION, 7L)));

    HandedOver.remove(run);
    assertThat(HandedOver.of(run), not(sameInstance(first)));
    assertThat("nothing is kept", HandedOver.of(run), not(sameInstance(HandedOver.of(run))));
  }
}
