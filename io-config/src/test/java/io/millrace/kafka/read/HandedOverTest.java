package io.millrace.kafka.read;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Packed;
import io.millrace.io.InFlightLimit;
import io.millrace.io.ReadTuning;
import io.millrace.kafka.client.ClientProperties;
import io.millrace.kafka.time.PartitionTime;
import io.millrace.kafka.time.RecordTimes;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class HandedOverTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final Packed<Contract> CONTRACT =
      Packed.of(ContractLoader.load(Path.of("../test-data/contracts/query-events.yaml")));

  @Test
  void isSharedByTheReadersOfARunUntilItEnds() {
    String run = "shared-until-it-ends";
    HandedOver.publish(run);
    HandedOver first = HandedOver.of(run);
    assertThat(HandedOver.of(run), sameInstance(first));
    first.count(3);
    first.at(
        PARTITION, new PartitionReading(new PartitionTime(new RecordTimes(CONTRACT), 0, 0), 7));
    assertThat(HandedOver.of(run).offsetsAfter(2), equalTo(Map.of()));
    assertThat("one is not counted yet", HandedOver.of(run).isAtMost(2), is(false));
    assertThat(HandedOver.of(run).isAtMost(3), is(true));
    assertThat(HandedOver.of(run).offsetsAfter(3), equalTo(Map.of(PARTITION, 7L)));

    HandedOver.remove(run);
    assertThat(HandedOver.of(run), not(sameInstance(first)));
    assertThat("nothing is kept", HandedOver.of(run), not(sameInstance(HandedOver.of(run))));
  }

  @Test
  void openReadersAreClosedAtTheEndAndClosedOnesAreForgotten() {
    String run = "closes-its-readers";
    HandedOver.publish(run);
    HandedOver handedOver = HandedOver.of(run);
    ReadSettings settings =
        new ReadSettings(
            "a:9092",
            ClientProperties.NONE,
            TopicFilter.parse("t"),
            false,
            StartFrom.EARLIEST,
            "",
            10_000,
            new ReadTuning(50, new InFlightLimit(run, 0), 0, false),
            CONTRACT);
    SplitReader first = new SplitReader(SplitSource.of(1), settings, null);
    SplitReader second = new SplitReader(SplitSource.of(1), settings, null);
    assertThat(handedOver.open(), containsInAnyOrder(first, second));
    first.close();
    assertThat(handedOver.open(), contains(second));

    HandedOver.remove(run);
    assertThat(handedOver.open(), empty());
    assertThat("closed without a client", second.advance(), is(false));
  }
}
