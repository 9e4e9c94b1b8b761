package io.millrace.testdata.workload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One query that one user runs repeatedly: a hot key.
 *
 * <p>An identity allows one event for each step and millisecond. So one query id has at most 5 000
 * events a second. Additional ids of the same partition and user take the rest.
 */
public final class HotQuery {
  /** More than the maximum delay, so that event times in use do not share an array index. */
  private static final int WINDOW_MS = 4096;

  private static final int TRIES = 12;
  private static final int FIRST_LANES = 4;

  private final RandomGenerator random;
  private final QueryFactory queries;
  private final QueryKeys keys;
  private final JsonText user = JsonText.raw("u-hot");
  private final List<Lane> lanes = new ArrayList<>();
  private int names;

  public HotQuery(RandomGenerator random, QueryFactory queries, QueryKeys keys) {
    this.random = random;
    this.queries = queries;
    this.keys = keys;
  }

  /** An event of the hot query: the query at a step, and an unused event time. */
  public record Event(RunningQuery query, long eventTime) {}

  /**
   * The next event.
   *
   * @param earliest the earliest allowed event time, less than 4 s before the latest
   */
  public Event next(long earliest, long latest, long wished) {
    int step = random.nextInt(EventType.steps());
    // Full lanes have free times again when the clock has advanced, so try the first lanes first.
    for (int i = 0; i < lanes.size(); i = i < FIRST_LANES ? i + 1 : lanes.size()) {
      Lane lane = lanes.get(i < FIRST_LANES ? i : lanes.size() - 1);
      long time = lane.take(step, earliest, latest, wished);
      if (time != Lane.FULL) {
        return new Event(queries.hot(lane.key, user, step), time);
      }
    }
    Lane fresh = new Lane(newKey());
    lanes.add(fresh);
    long time = fresh.take(step, earliest, latest, wished);
    return new Event(queries.hot(fresh.key, user, step), time);
  }

  /** The key of the hot query. */
  public QueryKeys.Key key() {
    if (lanes.isEmpty()) {
      lanes.add(new Lane(newKey()));
    }
    return lanes.get(0).key;
  }

  private QueryKeys.Key newKey() {
    QueryKeys.Key key = keys.key("q-hot-" + names++);
    while (!lanes.isEmpty() && key.partition() != lanes.get(0).key.partition()) {
      key = keys.key("q-hot-" + names++);
    }
    return key;
  }

  private static final class Lane {
    static final long FULL = Long.MIN_VALUE;

    private final QueryKeys.Key key;
    // The last used time, by step and by time modulo the window
    private final long[] used = new long[EventType.steps() * WINDOW_MS];

    Lane(QueryKeys.Key key) {
      this.key = key;
      Arrays.fill(used, FULL);
    }

    long take(int step, long earliest, long latest, long wished) {
      long span = latest - earliest + 1;
      for (int i = 0; i < Math.min(TRIES, span); i++) {
        long time = earliest + Math.floorMod(wished - earliest - i, span);
        int place = step * WINDOW_MS + (int) Math.floorMod(time, (long) WINDOW_MS);
        if (used[place] != time) {
          used[place] = time;
          return time;
        }
      }
      return FULL;
    }
  }
}
