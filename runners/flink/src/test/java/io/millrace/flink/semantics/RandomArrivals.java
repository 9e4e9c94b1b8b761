package io.millrace.flink.semantics;

import static io.millrace.flink.semantics.SmallEvents.MINUTE;
import static io.millrace.flink.semantics.SmallEvents.NOON;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A stream of small events drawn from a seed: several groups with gaps between their visits, two
 * partitions of which one lags, bundles and watermark steps of many sizes, events out of order,
 * events that correct results which were given, repeats, and events too late to count. A pure
 * function of the seed.
 */
final class RandomArrivals {
  private static final int STEPS = 18;
  private static final long LATENESS = 10 * MINUTE;
  private static final long GRID = MINUTE / 2;
  private static final List<String> GROUPS = List.of("a", "b", "c", "d", "e");

  private final Random random;
  private final ArrivingEvents arrivals = ArrivingEvents.ofPartitions(2);
  private final long[] watermarks = {NOON - MINUTE, NOON - MINUTE};
  private final Set<Sent> counted = new HashSet<>();
  private final List<Sent> repeatable = new ArrayList<>();
  private long late;
  private long repeats;

  private record Sent(String id, long time) {}

  private RandomArrivals(long seed) {
    random = new Random(seed);
  }

  static RandomArrivals of(long seed) {
    RandomArrivals stream = new RandomArrivals(seed);
    stream.watermark(0, stream.watermarks[0]);
    stream.watermark(1, stream.watermarks[1]);
    for (int step = 0; step < STEPS; step++) {
      stream.step();
    }
    return stream;
  }

  ArrivingEvents arrivals() {
    return arrivals;
  }

  /** How many different events came before they were late: what rollups must count. */
  long counted() {
    return counted.size();
  }

  /** How many events came too late. */
  long late() {
    return late;
  }

  /** How many events were repeats of one that counts. */
  long repeats() {
    return repeats;
  }

  private void step() {
    for (int bundle = random.nextInt(3); bundle >= 0; bundle--) {
      for (int i = random.nextInt(4); i >= 0; i--) {
        event(random.nextInt(2));
      }
      arrivals.nextBundle();
    }
    int partition = random.nextInt(2);
    // Up to more than the silence that ends a session.
    long to = watermarks[partition] + 1 + random.nextInt((int) (3 * MINUTE));
    // A partition that lags by more would leave the stream's watermark, and so all results, behind.
    watermark(partition, Math.min(to, watermarks[1 - partition] + 3 * MINUTE));
  }

  private void watermark(int partition, long millis) {
    watermarks[partition] = millis;
    arrivals.watermark(partition, millis);
  }

  private void event(int partition) {
    if (!repeatable.isEmpty() && random.nextInt(12) == 0) {
      Sent again = repeatable.get(random.nextInt(repeatable.size()));
      send(partition, again.id, again.time);
      return;
    }
    long watermark = watermarks[partition];
    long time =
        switch (random.nextInt(8)) {
          // In time; most behind one another.
          case 0, 1, 2 -> watermark + random.nextInt((int) (4 * MINUTE));
          // After the results of its windows, up to the bounds of the allowed lateness and beyond.
          case 3, 4, 5, 6 -> watermark - random.nextInt((int) LATENESS);
          default -> watermark - LATENESS - random.nextInt((int) (3 * MINUTE));
        };
    // Half of them on a grid, so that some fall on the bounds of windows and of silences.
    long at = random.nextBoolean() ? time : Math.floorDiv(time, GRID) * GRID;
    send(partition, group(at), at);
  }

  /**
   * Of an event that is older than the allowed lateness, but not late since its bucket is not over:
   * a group of its own. It could join a session that Beam has forgotten; Millrace keeps sessions
   * for a bucket more (RollupSemanticsTest#aSessionCanBeJoinedUntilItsLastEventIsLate), and here
   * the two are to agree.
   */
  private String group(long time) {
    long streams = Math.min(watermarks[0], watermarks[1]);
    return time <= streams - LATENESS
        ? "edge" + arrivals.sent()
        : GROUPS.get(random.nextInt(GROUPS.size()));
  }

  private void send(int partition, String id, long time) {
    arrivals.event(partition, id, time);
    Sent event = new Sent(id, time);
    long bucketEnd = Math.floorDiv(time, MINUTE) * MINUTE + MINUTE;
    if (bucketEnd + LATENESS <= watermarks[partition]) {
      late++;
    } else if (counted.add(event)) {
      repeatable.add(event);
    } else {
      repeats++;
    }
  }
}
