package io.millrace.kafka.time;

/**
 * The clock of one Kafka partition: the median of its last {@value #WINDOW} record times. A
 * minority of wrong record times does not move it. If fewer than {@value #MAJORITY} of any {@value
 * #WINDOW} consecutive records are wrong, the clock is never ahead of the greatest right time read.
 * It is also never behind the time that {@value #MAJORITY} of the right records in the window have
 * reached. It never goes back.
 *
 * <p>The clock depends only on offsets and times of the preceding records, not on the wall clock,
 * pages or restarts. To continue in the middle of a log, {@linkplain #read read} the preceding
 * records first. {@value #HISTORY} of them give the same clock, unless it was ahead of the median
 * before those.
 *
 * <p>The clock is unknown until {@value #MAJORITY} records have been read. Until then a record
 * arrives at the least record time so far, including its own. So one wrong time affects no other
 * record, and an event that is old when it is produced is late from the first record on.
 *
 * <p>Times are milliseconds since the epoch, UTC. Not thread-safe. Cost: a median every {@value
 * #BLOCK} offsets, which takes a few microseconds and allocates nothing. State: 24 KiB.
 */
public final class PartitionClock {
  /** Number of record times in the median. */
  static final int WINDOW = 1024;

  /** Number of record times that must have reached a time. */
  static final int MAJORITY = WINDOW / 2;

  /** The median is computed when the offset passes a multiple of this. */
  static final int BLOCK = 64;

  /** Number of preceding records to replay in the middle of a log. */
  static final int HISTORY = 2 * WINDOW;

  /** No clock or no time; less than every time. */
  static final long UNKNOWN = Long.MIN_VALUE;

  /** More than the window, so that {@link #goTo} can undo the last reads. */
  private static final int KEPT = 2 * WINDOW;

  private final long[] times = new long[KEPT];
  private final long[] ahead = new long[WINDOW];
  private State state;
  private State mark;

  /** Position and derived values. */
  private static final class State {
    private long next;
    private long lastOffset = UNKNOWN;
    private long count;
    private long clock = UNKNOWN;
    private long least = Long.MAX_VALUE;

    private void set(State other) {
      next = other.next;
      lastOffset = other.lastOffset;
      count = other.count;
      clock = other.clock;
      least = other.least;
    }
  }

  /**
   * Creates the clock of an unread partition.
   *
   * @param next the offset at which reading begins
   */
  public PartitionClock(long next) {
    state = new State();
    mark = new State();
    state.next = next;
    mark.next = next;
  }

  long next() {
    return state.next;
  }

  /** Number of records read that have a time. */
  long count() {
    return state.count;
  }

  /** The clock after the records read so far; {@link #UNKNOWN} if there is none yet. */
  long millis() {
    return state.clock;
  }

  /** The time of the last record that has one; {@link #UNKNOWN} if there is none. */
  long lastTime() {
    return state.count == 0 ? UNKNOWN : times[slot(state.count - 1)];
  }

  /**
   * Reads the next record.
   *
   * @param time its record time; {@link #UNKNOWN} if it has none
   * @return the clock at its arrival; {@link #UNKNOWN} if no record had a time yet
   */
  long read(long offset, long time) {
    if (state.lastOffset == UNKNOWN || offset / BLOCK != state.lastOffset / BLOCK) {
      advance();
    }
    state.lastOffset = offset;
    state.next = offset + 1;
    if (time != UNKNOWN) {
      state.least = Math.min(state.least, time);
      times[slot(state.count++)] = time;
    }
    if (state.clock != UNKNOWN) {
      return state.clock;
    }
    return state.count == 0 ? UNKNOWN : state.least;
  }

  void clear() {
    state = new State();
    mark = new State();
  }

  /** Skips offsets without records up to an offset. */
  void skipTo(long offset) {
    state.next = Math.max(state.next, offset);
  }

  /** Saves the position for {@link #goTo}. */
  void mark() {
    mark.set(state);
  }

  /**
   * Goes to an offset: the current position, or the saved one.
   *
   * @return false if it is neither, or too much was read since the mark
   */
  boolean goTo(long offset) {
    if (offset == state.next) {
      return true;
    }
    if (offset != mark.next || state.count - mark.count > KEPT - WINDOW) {
      return false;
    }
    state.set(mark);
    return true;
  }

  private static int slot(long number) {
    return (int) (number & (KEPT - 1));
  }

  private void advance() {
    int found = 0;
    for (long i = Math.max(0, state.count - WINDOW); i < state.count; i++) {
      long time = times[slot(i)];
      if (time > state.clock) {
        ahead[found++] = time;
      }
    }
    if (found >= MAJORITY) {
      state.clock = QuickSelect.nth(ahead, found, found - MAJORITY);
    }
  }
}
