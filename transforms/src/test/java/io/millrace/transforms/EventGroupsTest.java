package io.millrace.transforms;

import static io.millrace.transforms.TestEvents.event;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;

import io.millrace.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class EventGroupsTest {
  private static final long NOON = 1_772_359_200_000L;

  private final List<String> handed = new ArrayList<>();
  private long now = 1_000;
  private final EventGroups groups = new EventGroups(() -> now);

  private void receive(long key, List<Event> events, Instant earliest) {
    String ids = events.stream().map(TestEvents::id).collect(Collectors.joining(" "));
    handed.add(key + ": " + ids + " from " + (earliest.getMillis() - NOON));
  }

  private void add(long key, String id, long millis) {
    groups.add(
        key, event(id, NOON + millis, NOON), Instant.ofEpochMilli(NOON + millis), this::receive);
  }

  /** The first event of all comes long after the last time that groups were handed over. */
  private void begin() {
    add(9, "first", 0);
    assertThat(handed, contains("9: first from 0"));
    handed.clear();
  }

  @Test
  void eventsOfAKeyAreTogetherInTheirOrder() {
    begin();
    add(1, "a", 5);
    add(2, "b", 4);
    add(1, "c", 3);
    assertThat(handed, empty());
    groups.flush(this::receive);
    assertThat(handed, contains("1: a c from 3", "2: b from 4"));
  }

  @Test
  void anEventIsHandedOverOnce() {
    begin();
    add(1, "a", 0);
    groups.flush(this::receive);
    groups.flush(this::receive);
    assertThat(handed, hasSize(1));
  }

  @Test
  void aFullGroupGoesAtOnceAndOthersWait() {
    begin();
    add(2, "other", 0);
    for (int i = 0; i < 17; i++) {
      add(1, "e" + i, i);
    }
    assertThat(handed, contains("1: e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 e10 e11 e12 e13 e14 e15 from 0"));
    groups.flush(this::receive);
    assertThat(handed.subList(1, 3), contains("1: e16 from 16", "2: other from 0"));
  }

  @Test
  void manyWaitingEventsGoAtOnce() {
    begin();
    for (int key = 0; key < 2_047; key++) {
      add(key, "e", 0);
    }
    assertThat(handed, empty());
    add(2_047, "e", 0);
    assertThat(handed, hasSize(2_048));
  }

  @Test
  void noEventWaitsLongIfOthersCome() {
    begin();
    now += 49;
    add(1, "a", 0);
    assertThat(handed, empty());
    now += 1;
    add(2, "b", 0);
    assertThat(handed, contains("1: a from 0", "2: b from 0"));
  }

  @Test
  void aClockThatIsSetBackHoldsNothing() {
    begin();
    now -= 3_600_000;
    add(1, "a", 0);
    assertThat(handed, contains("1: a from 0"));
  }

  @Test
  void aFailedBundleLeavesNothing() {
    begin();
    add(1, "a", 0);
    groups.clear();
    groups.flush(this::receive);
    assertThat(handed, empty());
  }
}
