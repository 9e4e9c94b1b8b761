package io.millrace.alert;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The alerts of one group of a roll-up: a machine that gets results and the progress of event time,
 * and gives changes.
 *
 * <p><b>Semantics.</b> A result waits until event time has reached the end of its window, because
 * it may still grow. Then it is judged, in order of time. A window without a result ends a
 * condition that must hold without a break, and resolves an alert; for an alert about absence it
 * counts towards it. A result that comes later judges its window again. Where that alters the
 * history, the changes that did not happen are revoked, and the others are given as corrected.
 *
 * <p><b>State.</b> The waiting results, the latest result, and for each alert the runs of equal
 * verdicts of the windows that may still be corrected. Nothing else is kept; when every alert is
 * inactive for that long, nothing at all. Not thread-safe.
 *
 * @param <R> the type of results
 */
final class GroupAlerts<R> {
  private static final byte VERSION = 1;

  /** How results are stored, and which of two is the later one. */
  interface Results<R> {
    void write(R result, DataOutput out) throws IOException;

    R read(DataInput in) throws IOException;

    /** How many events a result counts: the greater of two is the later. */
    long events(R result);
  }

  /**
   * A change to be written.
   *
   * @param corrected whether a result that came late added or altered it
   * @param revoked whether a result that came late shows that it did not happen
   * @param revision increases with each correction of the alert and group
   * @param state the state after all changes that are given together
   * @param result the result that was judged, or the latest one if there was none
   */
  record Given<R>(
      JudgedAlert<R> alert,
      AlertChange change,
      boolean corrected,
      boolean revoked,
      long revision,
      AlertState state,
      R result) {}

  /** An alert's timeline, and how often it was corrected. */
  private static final class Judged<R> {
    private final JudgedAlert<R> alert;
    private final AlertTimeline timeline;
    private long revision;

    Judged(JudgedAlert<R> alert) {
      this.alert = alert;
      this.timeline = new AlertTimeline(alert.rule());
    }
  }

  private final Results<R> results;
  private final long keepTicks;
  private final List<Judged<R>> alerts = new ArrayList<>();
  private final TreeMap<Long, R> waiting = new TreeMap<>();
  private @Nullable R latest;
  private long latestTick = AlertTimeline.NONE;
  private long decided = AlertTimeline.NONE;

  /**
   * A group without results.
   *
   * @param keepTicks for how long after its end a window may be corrected
   */
  GroupAlerts(Results<R> results, List<? extends JudgedAlert<R>> alerts, long keepTicks) {
    this.results = results;
    this.keepTicks = keepTicks;
    alerts.forEach(alert -> this.alerts.add(new Judged<>(alert)));
  }

  /**
   * Adds a result of a window.
   *
   * @return the changes by alerts that do not wait for the end of the window
   */
  List<Given<R>> add(long tick, R result) {
    R before = waiting.get(tick);
    if (before == null || results.events(result) >= results.events(before)) {
      waiting.put(tick, result);
    }
    List<Given<R>> given = new ArrayList<>();
    if (tick > decided) {
      for (Judged<R> judged : alerts) {
        if (judged.alert.early() && judged.alert.verdict(result) == Verdict.MET) {
          edit(
              judged,
              result,
              decided,
              given,
              timeline -> timeline.set(tick, Verdict.MET, Verdict.CLEARED));
        }
      }
    }
    return given;
  }

  /**
   * Judges what is due: event time has reached a tick.
   *
   * @param atEnd whether the input has ended: then a missing result means nothing
   * @return the changes, in order of the alerts
   */
  List<Given<R>> advance(long tick, boolean atEnd) {
    List<Given<R>> given = new ArrayList<>();
    long decidedBefore = decided;
    while (!waiting.isEmpty() && waiting.firstKey() <= tick) {
      Map.Entry<Long, R> due = waiting.pollFirstEntry();
      judge(due.getKey(), due.getValue(), decidedBefore, given);
    }
    R last = latest;
    if (!atEnd && last != null) {
      for (Judged<R> judged : alerts) {
        edit(judged, last, decidedBefore, given, timeline -> fill(judged, tick));
      }
    }
    decided = Math.max(decided, tick);
    alerts.forEach(judged -> judged.timeline.trim(tick - keepTicks));
    return given;
  }

  private void judge(long tick, R result, long decidedBefore, List<Given<R>> given) {
    for (Judged<R> judged : alerts) {
      edit(
          judged,
          result,
          decidedBefore,
          given,
          timeline -> {
            fill(judged, tick - 1);
            boolean unused =
                timeline.set(
                    tick,
                    judged.alert.verdict(result),
                    judged.alert.isAboutAbsence() ? Verdict.MET : Verdict.CLEARED);
          });
    }
    if (tick >= latestTick) {
      latest = result;
      latestTick = tick;
    }
  }

  /** Gives windows without a result their verdict. */
  private void fill(Judged<R> judged, long upTo) {
    if (judged.alert.isAboutAbsence()) {
      long forgotten = latestTick + judged.alert.forgetTicks();
      judged.timeline.fill(Math.min(upTo, forgotten - 1), Verdict.MET);
    }
    judged.timeline.fill(upTo, Verdict.CLEARED);
  }

  private interface Edit {
    void of(AlertTimeline timeline);
  }

  private void edit(
      Judged<R> judged, R result, long decidedBefore, List<Given<R>> given, Edit edit) {
    AlertTimeline timeline = judged.timeline;
    List<AlertChange> before = timeline.changes();
    edit.of(timeline);
    List<AlertChange> after = timeline.changes();
    if (before.equals(after)) {
      return;
    }
    List<AlertChange> gone =
        before.stream().filter(change -> after.stream().noneMatch(change::isSame)).toList();
    List<AlertChange> more = after.stream().filter(change -> !before.contains(change)).toList();
    boolean altersHistory =
        !gone.isEmpty()
            || more.stream()
                .anyMatch(
                    change ->
                        change.tick() <= decidedBefore || before.stream().anyMatch(change::isSame));
    if (altersHistory) {
      judged.revision++;
    }
    AlertState state = told(judged);
    for (AlertChange change : gone) {
      given.add(new Given<>(judged.alert, change, true, true, judged.revision, state, result));
    }
    for (AlertChange change : more) {
      boolean corrected =
          change.tick() <= decidedBefore || before.stream().anyMatch(change::isSame);
      given.add(
          new Given<>(judged.alert, change, corrected, false, judged.revision, state, result));
    }
  }

  /** The state as changes tell it. */
  private static AlertState told(Judged<?> judged) {
    AlertState state = judged.timeline.standing().state();
    return state == AlertState.PENDING && !judged.alert.rule().announcesPending()
        ? AlertState.INACTIVE
        : state;
  }

  /** When to call {@link #advance} next, if no result comes; {@link AlertTimeline#NONE}: never. */
  long wake() {
    if (isForgotten()) {
      return AlertTimeline.NONE;
    }
    long next = waiting.isEmpty() ? Long.MAX_VALUE : waiting.firstKey();
    if (decided == AlertTimeline.NONE) {
      return next == Long.MAX_VALUE ? AlertTimeline.NONE : next;
    }
    for (Judged<R> judged : alerts) {
      next = Math.min(next, Math.max(decided + 1, due(judged)));
    }
    return Math.min(next, Math.max(decided + 1, latestTick + keepTicks + 1));
  }

  /** When a missing result may change an alert. */
  private long due(Judged<R> judged) {
    AlertState state = judged.timeline.standing().state();
    if (judged.timeline.end() == AlertTimeline.NONE) {
      return Long.MAX_VALUE;
    }
    if (judged.alert.isAboutAbsence()) {
      return latestTick
          + (state == AlertState.FIRING
              ? judged.alert.forgetTicks()
              : judged.alert.rule().hold() + 1);
    }
    return state == AlertState.INACTIVE ? Long.MAX_VALUE : decided + 1;
  }

  /** Whether results wait for the end of their windows. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Whether there is nothing to store. */
  boolean isForgotten() {
    if (!waiting.isEmpty()) {
      return false;
    }
    return alerts.isEmpty()
        || (decided > latestTick + keepTicks
            && alerts.stream()
                .allMatch(judged -> judged.timeline.standing().state() == AlertState.INACTIVE));
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(VERSION);
      out.writeLong(decided);
      out.writeLong(latestTick);
      if (latest != null) {
        results.write(latest, out);
      }
      out.writeInt(waiting.size());
      for (Map.Entry<Long, R> one : waiting.entrySet()) {
        out.writeLong(one.getKey());
        results.write(one.getValue(), out);
      }
      out.writeInt(alerts.size());
      for (Judged<R> judged : alerts) {
        ByteArrayOutputStream timeline = new ByteArrayOutputStream(64);
        judged.timeline.write(new DataOutputStream(timeline));
        out.writeUTF(judged.alert.name());
        out.writeInt(judged.alert.fingerprint());
        out.writeLong(judged.revision);
        out.writeInt(timeline.size());
        timeline.writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #toBytes} returned into a group without results. Alerts that are gone are
   * dropped, and new ones begin inactive.
   */
  GroupAlerts<R> read(byte[] bytes) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
      int version = in.readByte();
      if (version != VERSION) {
        throw new IOException("state of alerts of the unknown version " + version);
      }
      decided = in.readLong();
      latestTick = in.readLong();
      latest = latestTick == AlertTimeline.NONE ? null : results.read(in);
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        long tick = in.readLong();
        waiting.put(tick, results.read(in));
      }
      readAlerts(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  private void readAlerts(DataInputStream in) throws IOException {
    Map<String, Judged<R>> byName = new HashMap<>();
    alerts.forEach(judged -> byName.put(judged.alert.name(), judged));
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      int fingerprint = in.readInt();
      long revision = in.readLong();
      byte[] timeline = new byte[in.readInt()];
      in.readFully(timeline);
      Judged<R> judged = byName.get(name);
      if (judged != null) {
        judged.revision = revision;
        judged.timeline.read(
            new DataInputStream(new ByteArrayInputStream(timeline)),
            judged.alert.fingerprint() == fingerprint);
      }
    }
  }
}
