package io.millrace.kafka.time;

/**
 * The clock of one Kafka partition: the median of its last {@value #WINDOW} record times. A
 * minority of wrong record times moves nothing, whether they are ahead or behind, alone or in a
 * run: as long as fewer than {@value #MAJORITY} of any {@value #WINDOW} consecutive records are
 * wrong, the clock is never ahead of the greatest right time read, and never behind the time that
 * {@value #MAJORITY} of the right records in the window have reached. It never goes back.
 *
 * <p>The clock is a function of the records before, each with its offset and time, and of nothing
 * else: no wall clock, no page, no restart. Of a log read from the middle, the preceding records
 * must be {@linkplain #read read} first; {@value #HISTORY} of them give the same clock, unless it
 * was ahead of the median before those.
 *
 * <p>The clock is unknown until {@value #MAJORITY} records have been read. Until then a record
 * arrives at the least record time so far, its own included: one wrong time harms no other record,
 * and an event that is old when it is produced is late from the first record on.
 *
 * <p>Times are milliseconds since the epoch, UTC. Not thread-safe. Cost: the median is taken anew
 * where the offset enters another block of {@value #BLOCK}, in a few microseconds, and allocates
 * nothing. State: 24 KiB.
 */
public final class PartitionClock {
  /** The number of record times that the clock is the median of. */
  static final int WINDOW = 1024;

  /** So many record times have to agree that a time has come. */
  static final int MAJORITY = WINDOW / 2;

  /** The median is taken anew when the offset passes a multiple of this. */
  static final int BLOCK = 64;

  /** How many preceding records to read of a log that is read from the middle. */
  static final int HISTORY = 2 * WINDOW;

  /** No clock yet, or no time. Less than every time. */
  static final long UNKNOWN = Long.MIN_VALUE;

  /** More than the window, so that the last records read can be taken back. */
  private static final int KEPT = 2 * WINDOW;

  private final long[] times = new long[KEPT];
  private final long[] ahead = new long[WINDOW];
  private State state;
  private State mark;

  /** Where the reading is. */
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
   * The clock of a partition of which nothing has been read.
   *
   * @param next the offset at which reading begins
   */
  public PartitionClock(long next) {
    state = new State();
    mark = new State();
    state.next = next;
    mark.next = next;
  }

  /** The offset to read next. */
  long next() {
    return state.next;
  }

  /** The number of records with a time that have been read. */
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
   * Takes note of the next record.
   *
   * @param time its record time; {@link #UNKNOWN} if it has none
   * @return the clock at which it arrives; {@link #UNKNOWN} if no record had a time yet
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

  /** Forgets everything that was read. */
  void clear() {
    state = new State();
    mark = new State();
  }

  /** Takes note that there are no records before an offset which have not been read. */
  void skipTo(long offset) {
    state.next = Math.max(state.next, offset);
  }

  /** Remembers where the reading is, for {@link #goTo}. */
  void mark() {
    mark.set(state);
  }

  /**
   * Goes to an offset: where the reading is, or back to the mark.
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
