package io.millrace.io.retry;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** What is kept of elements that wait. */
class RetryStateTest {
  private static final Instant AT = Instant.ofEpochMilli(1_000);
  private static final Instant EARLIER = Instant.ofEpochMilli(600);

  /** Elements are their own number of bytes, and one row each. */
  private record Numbers(int encodingNow) implements RetryTarget<Integer> {
    @Override
    public Attempt<Integer> attempt(
        String place, List<Integer> elements, int failures, MultiOutputReceiver out) {
      return new Attempt<>(elements, new Cause("down", false));
    }

    @Override
    public long count(Integer element) {
      return 1;
    }

    @Override
    public long bytes(Integer element) {
      return element;
    }

    @Override
    public Cause causeOf(Integer element) {
      return new Cause("down", false);
    }

    @Override
    public String describe(String place) {
      return place;
    }

    @Override
    public String unit() {
      return "numbers";
    }

    @Override
    public String limit() {
      return "may wait";
    }

    @Override
    public String gauge(String place) {
      return "waiting";
    }

    @Override
    public int encoding(String place) {
      return encodingNow;
    }

    @Override
    public void refuseRestored(String place, long count) {
      throw new IllegalStateException(place + " " + count);
    }

    @Override
    public long now() {
      return 0;
    }

    @Override
    public void sleep(long millis) {}

    @Override
    public void close() {}
  }

  @Test
  void countsWhatWaitsAndWhatAnAttemptHasLeft() {
    Numbers target = new Numbers(5);
    RetryState two = RetryState.first(10, AT, 5).with(30, target, AT).with(12, target, EARLIER);
    assertThat(two, is(new RetryState(10, 2, 42, 0, EARLIER, 5, RetryState.NEVER_LOGGED)));
    assertThat(
        two.loggedAt(77).failed(List.of(12), target),
        is(new RetryState(10, 1, 12, 1, EARLIER, 5, 77)));
  }

  @Test
  void elementsThatAreEncodedAsThePlaceNeedsThemGoOn() {
    RetryState state = RetryState.first(10, AT, 5);
    assertThat(state.checked("t", new Numbers(5)), sameInstance(state));
  }

  @Test
  void elementsThatAreEncodedOtherwiseAreRefused() {
    Numbers target = new Numbers(6);
    RetryState state = RetryState.first(10, AT, 5).with(1, target, AT);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> state.checked("t", target));
    assertThat(e.getMessage(), is("t 1"));
  }
}
