package io.millrace.alert;

import io.millrace.alert.AlertChange.Kind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
  }

  /** What follows from the verdicts. */
  private record Known(List<AlertChange> changes, Standing standing) {}

  private final Rule rule;

  /** Null after a verdict that may change it. */
  private @Nullable Known known;

  /** The state after this tick is {@link #base}; earlier verdicts are forgotten. */
  private long baseTick = NONE;

  private Standing base = Standing.INACTIVE;
  private boolean trimmed;

  /** The first tick of each run of equal verdicts; the first run begins after the base. */
  private final TreeMap<Long, Verdict> runs = new TreeMap<>();

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
    for (Map.Entry<Long, Verdict> run : List.copyOf(runs.headMap(upTo, true).entrySet())) {
      if (run.getValue() == Verdict.UNKNOWN) {
        paint(run.getKey(), Math.min(upTo, lastOf(run.getKey())), verdict);
      }
    }
    if (upTo > end) {
      paint(end + 1, upTo, verdict);
    }
  }

  private long lastOf(long firstOfRun) {
    Long next = runs.higherKey(firstOfRun);
    return next == null ? end : next - 1;
  }

  private void paint(long first, long last, Verdict verdict) {
    if (first == end + 1
        && verdict != Verdict.MET
        && !runs.isEmpty()
        && runs.lastEntry().getValue() == verdict) {
      // The most common case: nothing changes.
      end = last;
      return;
    }
    known = null;
    if (last < end) {
      Map.Entry<Long, Verdict> after = runs.floorEntry(last + 1);
      if (after != null) {
        runs.put(last + 1, after.getValue());
      }
    } else {
      end = last;
    }
    runs.subMap(first, true, last, true).clear();
    runs.put(first, verdict);
    Map.Entry<Long, Verdict> before = runs.lowerEntry(first);
    if (before != null && before.getValue() == verdict) {
      runs.remove(first);
    }
    if (runs.get(last + 1) == verdict) {
      runs.remove(last + 1);
    }
  }

  /** The changes since the base, in order of time. */
  List<AlertChange> changes() {
    return known().changes;
  }

  /** The state after all known verdicts. */
  Standing standing() {
    return known().standing;
  }

  private Known known() {
    Known now = known;
    if (now == null) {
      List<AlertChange> changes = new ArrayList<>();
      Standing standing = after(end, changes);
      now = new Known(changes, standing);
      known = now;
    }
    return now;
  }

  private Standing after(long tick, List<AlertChange> changes) {
    Standing now = base;
    for (Map.Entry<Long, Verdict> run : runs.entrySet()) {
      long first = run.getKey();
      if (first > tick) {
        break;
      }
      now = step(now, first, Math.min(tick, lastOf(first)), run.getValue(), changes);
    }
    return now;
  }

  private Standing step(
      Standing before, long first, long last, Verdict verdict, List<AlertChange> changes) {
    return switch (verdict) {
      case UNKNOWN -> before;
      case MET -> met(before, first, last, changes);
      case BETWEEN -> before.state == AlertState.FIRING ? before : cleared(before, first, changes);
      case CLEARED -> cleared(before, first, changes);
    };
  }

  private Standing met(Standing before, long first, long last, List<AlertChange> changes) {
    if (before.state == AlertState.FIRING) {
      return before;
    }
    Standing now = before;
    if (now.state == AlertState.INACTIVE) {
      now = new Standing(AlertState.PENDING, first);
      if (rule.hold > 0 && rule.announcesPending) {
        changes.add(new AlertChange(Kind.PENDING, first, first));
      }
    }
    long fires = Math.max(first, now.since + rule.hold);
    if (fires > last) {
      return now;
    }
    changes.add(new AlertChange(Kind.FIRING, fires, fires));
    return new Standing(AlertState.FIRING, fires);
  }

  private Standing cleared(Standing before, long first, List<AlertChange> changes) {
    switch (before.state) {
      case FIRING -> changes.add(new AlertChange(Kind.RESOLVED, first, before.since));
      case PENDING -> {
        if (rule.announcesPending) {
          changes.add(new AlertChange(Kind.INACTIVE, first, before.since));
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
    base = after(tick, new ArrayList<>());
    known = null;
    Map.Entry<Long, Verdict> run = runs.floorEntry(tick + 1);
    if (tick < end && run != null) {
      runs.put(tick + 1, run.getValue());
    }
    runs.headMap(tick, true).clear();
    baseTick = tick;
    trimmed = true;
  }

  /** Continues from the state of another timeline, whose verdicts followed another rule. */
  void continueFrom(Standing standing, long tick) {
    base = standing;
    known = null;
    baseTick = tick;
    end = tick;
    trimmed = true;
    runs.clear();
  }

  void write(DataOutput out) throws IOException {
    Standing now = standing();
    writeStanding(now, out);
    out.writeLong(end);
    writeStanding(base, out);
    out.writeLong(baseTick);
    out.writeBoolean(trimmed);
    out.writeInt(runs.size());
    for (Map.Entry<Long, Verdict> run : runs.entrySet()) {
      out.writeLong(run.getKey());
      out.writeByte(run.getValue().code());
    }
  }

  /**
   * Reads what {@link #write} wrote into an empty timeline.
   *
   * @param sameRule whether the timeline that was written had the same rule and condition;
   *     otherwise only its state counts
   */
  void read(DataInput in, boolean sameRule) throws IOException {
    Standing now = readStanding(in);
    end = in.readLong();
    base = readStanding(in);
    baseTick = in.readLong();
    trimmed = in.readBoolean();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      long first = in.readLong();
      runs.put(first, Verdict.of(in.readByte()));
    }
    if (!sameRule && end != NONE) {
      continueFrom(now, end);
    }
  }

  private static void writeStanding(Standing standing, DataOutput out) throws IOException {
    out.writeByte(standing.state.code());
    out.writeLong(standing.since);
  }

  private static Standing readStanding(DataInput in) throws IOException {
    AlertState state = AlertState.of(in.readByte());
    return new Standing(state, in.readLong());
  }
}
