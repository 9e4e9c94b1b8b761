package io.millrace.io;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.transforms.DoFn.ProcessContinuation;
import org.apache.beam.sdk.util.SerializableUtils;
import org.joda.time.Duration;
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
    try (InFlight published =
        InFlight.publish("many", () -> new InFlight.Counts(count.get(), 100, 0))) {
      InFlightLimit limit = new InFlightLimit("many", 100);
      assertThat(published.getInFlight(), is(50L));
      assertThat(limit.reached(200 * 4096), is(false));
      assertThat(limit.reached(201 * 4096), is(true));
    }
  }

  @Test
  void recordsThatARunnerHasNotCountedYetAreInFlight() {
    AtomicLong counted = new AtomicLong();
    try (InFlight published =
        InFlight.publish("early", () -> new InFlight.Counts(count.get(), 1, counted.get()))) {
      InFlightLimit limit = new InFlightLimit("early", 100);
      limit.recordsRead(60);
      limit.recordsRead(60);
      assertThat(published.getInFlight(), is(120L));
      assertThat(limit.reached(1), is(true));
      count.set(30);
      counted.set(110);
      awaitNumber(published, 40);
      assertThat(limit.reached(1), is(false));
      // The source of these counts what it hands over in another way.
      counted.set(200);
      awaitNumber(published, 30);
    }
    new InFlightLimit("early", 100).recordsRead(1);
  }

  /** The number is refreshed after a while. */
  private static void awaitNumber(InFlight published, long number) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (published.getInFlight() != number && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
    assertThat(published.getInFlight(), is(number));
  }

  private static ProcessContinuation after(long millis) {
    return ProcessContinuation.resume().withResumeDelay(Duration.millis(millis));
  }

  @Test
  void readersThatAreHeldAskLessOftenIfThereAreMany() {
    HeldReading held = new HeldReading(new InFlightLimit("held", 100));
    assertThat(held.pause(), is(nullValue()));
    count.set(101);
    try (InFlight published = InFlight.publish("held", count::get)) {
      assertThat(published.getInFlight(), is(101L));
      assertThat(held.pause(), is(after(21)));
      assertThat(held.pause(), is(after(22)));
      for (int i = 0; i < 5000; i++) {
        ProcessContinuation unused = held.pause();
      }
      assertThat(held.pause(), is(after(2000)));
      count.set(99);
      awaitNumber(published, 99);
      assertThat(held.pause(), is(nullValue()));
      held.read(null);
      held.read(new byte[3 * 4096]);
      assertThat("large records count as several", held.pause(), is(after(21)));
      count.set(0);
      awaitNumber(published, 0);
      assertThat(held.pause(), is(nullValue()));
      published.stopReading();
      assertThat(held.pause(), is(after(21)));
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
