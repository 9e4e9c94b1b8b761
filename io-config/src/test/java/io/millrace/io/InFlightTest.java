package io.millrace.io;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

class InFlightTest {
  private final AtomicLong count = new AtomicLong();

  @Test
  void readersOfTheRunWaitWhileTooMuchIsInFlight() {
    InFlightLimit limit = SerializableUtils.clone(new InFlightLimit("run, \"one\"", 100));
    assertThat("nobody publishes it", limit.reached(1), is(false));
    count.set(101);
    try (InFlight published = InFlight.publish("run, \"one\"", count::get)) {
      assertThat(published.getInFlight(), is(101L));
      assertThat(limit.reached(1), is(true));
      assertThat("another run", new InFlightLimit("two", 100).reached(1), is(false));
      assertThat("a higher limit", new InFlightLimit("run, \"one\"", 101).reached(1), is(false));
      assertThat("no limit", new InFlightLimit("run, \"one\"", 0).reached(1), is(false));
      assertThrows(IllegalStateException.class, () -> InFlight.publish("run, \"one\"", count::get));
    }
    assertThat("the run is over", limit.reached(1), is(false));
  }

  @Test
  void largeRecordsCountAsSeveral() {
    count.set(50);
    try (InFlight published = InFlight.publish("large", count::get)) {
      InFlightLimit limit = new InFlightLimit("large", 100);
      assertThat(published.getInFlight(), is(50L));
      assertThat(limit.reached(4096), is(false));
      assertThat(limit.reached(3 * 4096), is(true));
    }
  }

  @Test
  void anEventHasItsShareOfARecord() {
    count.set(50);
    try (InFlight published = InFlight.publish("many", count::get, () -> 100)) {
      InFlightLimit limit = new InFlightLimit("many", 100);
      assertThat(published.getInFlight(), is(50L));
      assertThat(limit.reached(200 * 4096), is(false));
      assertThat(limit.reached(201 * 4096), is(true));
    }
  }

  @Test
  void readersWaitWhileARunComesToItsEnd() {
    try (InFlight published = InFlight.publish("ending", () -> 0)) {
      InFlightLimit limit = new InFlightLimit("ending", 100);
      assertThat(limit.reached(1), is(false));
      published.stopReading();
      assertThat(limit.reached(1), is(true));
      assertThat("no limit", new InFlightLimit("ending", 0).reached(1), is(true));
    }
  }
}
