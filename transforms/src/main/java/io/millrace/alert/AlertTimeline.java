package io.millrace.alert;

import io.millrace.alert.AlertChange.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The verdicts of one alert for one group in event time, and the state that follows from them.
 * Nothing else decides the state: neither the order in which verdicts come nor the clock. A verdict
 * may be replaced later; then earlier changes may vanish and others appear.
 *
 * <p>Times are ticks: tick <i>n</i> is the end of the window that ends at <i>n</i> times the
 * period. Equal consecutive verdicts take one entry, so memory depends on how often they change and
 * not on how many there are. Not thread-safe.
 */
final class AlertTimeline {
  /** No tick. */
  static final long NONE = Long.MIN_VALUE;

  /**
   * How states follow from verdicts.
   *
   * @param hold for how many ticks the condition must hold before the alert fires
   * @param announcesPending whether the way to firing is a change of its own
   */
  record Rule(long hold, boolean announcesPending) {}

  /** A state and its beginning; {@link #NONE} for inactive. */
  record Standing(AlertState state, long since) {
    static final Standing INACTIVE = new Standing(AlertState.INACTIVE, NONE);

    static Standing of(AlertState state, long since) {
      return state == AlertState.INACTIVE ? INACTIVE : new Standing(state, since);
    }
  }

  private final Rule rule;

  /** The changes since the base; null after a verdict that may change them. */
  private @Nullable List<AlertChange> changes;

  /** The state after all known verdicts; null after a verdict that may change it. */
  private @Nullable Standing standing = Standing.INACTIVE;

  /** The state after this tick is {@link #base}; earlier verdicts are forgotten. */
  private long baseTick = NONE;

  private Standing base = Standing.INACTIVE;
  private boolean trimmed;

  /** Runs of equal verdicts without gaps; the first run begins after the base. */
  private VerdictRuns runs = VerdictRuns.EMPTY;

  /** The last tick with a verdict; the base if there is none. */
  private long end = NONE;

  AlertTimeline(Rule rule) {
    this.rule = rule;
  }

  /** The last tick with a verdict; {@link #NONE} if there was none yet. */
  long end() {
    return end;
  }

  /**
   * Sets or replaces the verdict of a tick. Ticks between it and the others are unknown if it is
   * the latest, and get a verdict if it is the earliest.
   *
   * @param between the verdict of ticks between this one and the first known one
   * @return false if the tick is too old to be judged again
   */
  boolean set(long tick, Verdict verdict, Verdict between) {
    if (end == NONE) {
      baseTick = tick - 1;
      end = baseTick;
    }
    if (tick <= baseTick) {
      if (trimmed) {
        return false;
      }
      long first = baseTick + 1;
      baseTick = tick - 1;
      if (tick + 1 < first) {
        paint(tick + 1, first - 1, between);
      }
    } else if (tick > end + 1) {
      paint(end + 1, tick - 1, Verdict.UNKNOWN);
    }
    paint(tick, tick, verdict);
    return true;
  }

  /** Sets the verdict of unknown ticks, and of those after the last one, up to a tick. */
  void fill(long upTo, Verdict verdict) {
    if (end == NONE) {
      return;
    }
    for (int i = 0; i < runs.count() && runs.first(i) <= upTo; i++) {
      if (runs.verdict(i) == Verdict.UNKNOWN) {
        paint(runs.first(i), Math.min(upTo, runs.last(i, end)), verdict);
        // Runs may have become one.
        i = -1;
      }
    }
    if (upTo > end) {
      paint(end + 1, upTo, verdict);
    }
  }

  /** Whether {@link #fill} up to a tick has nothing to do. */
  boolean isFilled(long upTo) {
    return end == NONE || (upTo <= end && !runs.has(Verdict.UNKNOWN, upTo));
  }

  /**
   * Sets the verdict of the ticks after the last one, if neither the state nor the changes differ
   * then: the most common case.
   *
   * @return false if nothing was done
   */
  boolean extend(long first, long last, Verdict verdict) {
    if (end == NONE || first != end + 1) {
      return false;
    }
    Standing now = standing();
    boolean same =
        switch (now.state) {
          case INACTIVE -> verdict != Verdict.MET;
          case PENDING -> verdict == Verdict.UNKNOWN;
          case FIRING -> verdict != Verdict.CLEARED;
        };
    if (same) {
      runs = runs.append(first, verdict);
      end = last;
    }
    return same;
  }

  private void paint(long first, long last, Verdict verdict) {
    if (extend(first, last, verdict)) {
      return;
    }
    changes = null;
    standing = null;
    runs = runs.paint(first, last, verdict, end);
    end = Math.max(end, last);
  }

  /** The changes since the base, in order of time. */
  List<AlertChange> changes() {
    List<AlertChange> now = changes;
    if (now == null) {
      now = new ArrayList<>();
      standing = after(end, now);
      changes = now;
    }
    return now;
  }

  /** The state after all known verdicts. */
  Standing standing() {
    Standing now = standing;
    if (now == null) {
      List<AlertChange> found = new ArrayList<>();
      now = after(end, found);
      standing = now;
      changes = found;
    }
    return now;
  }

  private Standing after(long tick, List<AlertChange> found) {
    Standing now = base;
    for (int i = 0; i < runs.count() && runs.first(i) <= tick; i++) {
      long last = Math.min(tick, runs.last(i, end));
      now = step(now, runs.first(i), last, runs.verdict(i), found);
    }
    return now;
  }

  private Standing step(
      Standing before, long first, long last, Verdict verdict, List<AlertChange> found) {
    return switch (verdict) {
      case UNKNOWN -> before;
      case MET -> met(before, first, last, found);
      case BETWEEN -> before.state == AlertState.FIRING ? before : cleared(before, first, found);
      case CLEARED -> cleared(before, first, found);
    };
  }

  private Standing met(Standing before, long first, long last, List<AlertChange> found) {
    if (before.state == AlertState.FIRING) {
      return before;
    }
    Standing now = before;
    if (now.state == AlertState.INACTIVE) {
      now = new Standing(AlertState.PENDING, first);
      if (rule.hold > 0 && rule.announcesPending) {
        found.add(new AlertChange(Kind.PENDING, first, first));
      }
    }
    long fires = Math.max(first, now.since + rule.hold);
    if (fires > last) {
      return now;
    }
    found.add(new AlertChange(Kind.FIRING, fires, fires));
    return new Standing(AlertState.FIRING, fires);
  }

  private Standing cleared(Standing before, long first, List<AlertChange> found) {
    switch (before.state) {
      case FIRING -> found.add(new AlertChange(Kind.RESOLVED, first, before.since));
      case PENDING -> {
        if (rule.announcesPending) {
          found.add(new AlertChange(Kind.INACTIVE, first, before.since));
        }
      }
      case INACTIVE -> {}
    }
    return Standing.INACTIVE;
  }

  /** Forgets the verdicts up to a tick; they can no longer be replaced. */
  void trim(long upTo) {
    long tick = Math.min(upTo, end);
    if (end == NONE || tick <= baseTick) {
      return;
    }
    List<AlertChange> forgotten = new ArrayList<>(0);
    base = after(tick, forgotten);
    if (!forgotten.isEmpty()) {
      changes = null;
    }
    runs = runs.after(tick, end);
    baseTick = tick;
    trimmed = true;
  }

  /** Continues from the state of another timeline, whose verdicts followed another rule. */
  void continueFrom(Standing last, long tick) {
    base = last;
    standing = last;
    changes = null;
    baseTick = tick;
    end = tick;
    trimmed = true;
    runs = VerdictRuns.EMPTY;
  }

  /** The number of bytes that {@link #write} writes. */
  int size() {
    return 39 + 9 * runs.count();
  }

  void write(ByteBuffer out) {
    writeStanding(standing(), out);
    out.putLong(end);
    writeStanding(base, out);
    out.putLong(baseTick);
    out.put((byte) (trimmed ? 1 : 0));
    out.putInt(runs.count());
    for (int i = 0; i < runs.count(); i++) {
      out.putLong(runs.first(i)).put((byte) runs.verdict(i).code());
    }
  }

  /** The state in what {@link #write} has written at an index. */
  static AlertState stateIn(ByteBuffer written, int index) {
    return AlertState.of(written.get(index));
  }

  /** What {@link #end} returned, in what {@link #write} has written at an index. */
  static long endIn(ByteBuffer written, int index) {
    return written.getLong(index + 9);
  }

  /**
   * Reads what {@link #write} wrote into an empty timeline.
   *
   * @param sameRule whether the timeline that was written had the same rule and condition;
   *     otherwise only its state counts
   */
  void read(ByteBuffer in, boolean sameRule) {
    Standing now = readStanding(in);
    standing = now;
    changes = null;
    end = in.getLong();
    base = readStanding(in);
    baseTick = in.getLong();
    trimmed = in.get() != 0;
    runs = VerdictRuns.read(in);
    if (!sameRule && end != NONE) {
      continueFrom(now, end);
    }
  }

  private static void writeStanding(Standing standing, ByteBuffer out) {
    out.put((byte) standing.state.code()).putLong(standing.since);
  }

  private static Standing readStanding(ByteBuffer in) {
    AlertState state = AlertState.of(in.get());
    return Standing.of(state, in.getLong());
  }
}
