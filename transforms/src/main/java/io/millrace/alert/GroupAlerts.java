package io.millrace.alert;

import java.nio.ByteBuffer;
import java.util.ArrayList;
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

  private final StoredResult.Form<R> form;
  private final long keepTicks;
  private final List<GroupAlert<R>> alerts;
  private final TreeMap<Long, StoredResult<R>> waiting = new TreeMap<>();
  private @Nullable StoredResult<R> latest;
  private long latestTick = AlertTimeline.NONE;
  private long decided = AlertTimeline.NONE;

  /**
   * A group without results.
   *
   * @param keepTicks for how long after its end a window may be corrected
   */
  GroupAlerts(StoredResult.Form<R> form, List<? extends JudgedAlert<R>> alerts, long keepTicks) {
    this.form = form;
    this.keepTicks = keepTicks;
    this.alerts = new ArrayList<>(alerts.size());
    for (JudgedAlert<R> alert : alerts) {
      this.alerts.add(new GroupAlert<>(alert));
    }
  }

  /**
   * Adds a result of a window.
   *
   * @return the changes by alerts that do not wait for the end of the window
   */
  List<Given<R>> add(long tick, StoredResult<R> result) {
    StoredResult<R> before = waiting.get(tick);
    if (before == null || result.events() >= before.events()) {
      waiting.put(tick, result);
    }
    List<Given<R>> given = new ArrayList<>(0);
    if (tick > decided) {
      for (GroupAlert<R> judged : alerts) {
        if (judged.alert().early() && judged.alert().verdict(result.result()) == Verdict.MET) {
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
    List<Given<R>> given = new ArrayList<>(0);
    long decidedBefore = decided;
    while (!waiting.isEmpty() && waiting.firstKey() <= tick) {
      Map.Entry<Long, StoredResult<R>> due = waiting.pollFirstEntry();
      judge(due.getKey(), due.getValue(), decidedBefore, given);
    }
    StoredResult<R> last = latest;
    if (!atEnd && last != null) {
      for (GroupAlert<R> judged : alerts) {
        if (!judged.timeline().isFilled(tick)) {
          edit(judged, last, decidedBefore, given, timeline -> fill(judged, tick));
        }
      }
    }
    decided = Math.max(decided, tick);
    for (GroupAlert<R> judged : alerts) {
      judged.timeline().trim(tick - keepTicks);
    }
    return given;
  }

  private void judge(long tick, StoredResult<R> result, long decidedBefore, List<Given<R>> given) {
    for (GroupAlert<R> judged : alerts) {
      Verdict verdict = judged.alert().verdict(result.result());
      if (judged.timeline().extend(tick, tick, verdict)) {
        continue;
      }
      edit(
          judged,
          result,
          decidedBefore,
          given,
          timeline -> {
            fill(judged, tick - 1);
            boolean unused =
                timeline.set(
                    tick, verdict, judged.alert().isAboutAbsence() ? Verdict.MET : Verdict.CLEARED);
          });
    }
    if (tick >= latestTick) {
      latest = result;
      latestTick = tick;
    }
  }

  /** Gives windows without a result their verdict. */
  private void fill(GroupAlert<R> judged, long upTo) {
    if (judged.alert().isAboutAbsence()) {
      long forgotten = latestTick + judged.alert().forgetTicks();
      judged.timeline().fill(Math.min(upTo, forgotten - 1), Verdict.MET);
    }
    judged.timeline().fill(upTo, Verdict.CLEARED);
  }

  private interface Edit {
    void of(AlertTimeline timeline);
  }

  private void edit(
      GroupAlert<R> judged,
      StoredResult<R> result,
      long decidedBefore,
      List<Given<R>> given,
      Edit edit) {
    AlertTimeline timeline = judged.timeline();
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
      judged.revise();
    }
    AlertState state = told(judged);
    JudgedAlert<R> alert = judged.alert();
    long revision = judged.revision();
    for (AlertChange change : gone) {
      given.add(new Given<>(alert, change, true, true, revision, state, result.result()));
    }
    for (AlertChange change : more) {
      boolean corrected =
          change.tick() <= decidedBefore || before.stream().anyMatch(change::isSame);
      given.add(new Given<>(alert, change, corrected, false, revision, state, result.result()));
    }
  }

  /** The state as changes tell it. */
  private static AlertState told(GroupAlert<?> judged) {
    AlertState state = judged.state();
    return state == AlertState.PENDING && !judged.alert().rule().announcesPending()
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
    for (GroupAlert<R> judged : alerts) {
      next = Math.min(next, Math.max(decided + 1, due(judged)));
    }
    return Math.min(next, Math.max(decided + 1, latestTick + keepTicks + 1));
  }

  /** When a missing result may change an alert. */
  private long due(GroupAlert<R> judged) {
    if (judged.end() == AlertTimeline.NONE) {
      return Long.MAX_VALUE;
    }
    AlertState state = judged.state();
    if (judged.alert().isAboutAbsence()) {
      return latestTick
          + (state == AlertState.FIRING
              ? judged.alert().forgetTicks()
              : judged.alert().rule().hold() + 1);
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
    if (alerts.isEmpty()) {
      return true;
    }
    if (decided <= latestTick + keepTicks) {
      return false;
    }
    for (GroupAlert<R> judged : alerts) {
      if (judged.state() != AlertState.INACTIVE) {
        return false;
      }
    }
    return true;
  }

  byte[] toBytes() {
    int size = 1 + 8 + 8 + 4 + 4 + (latest == null ? 0 : sizeOf(latest));
    for (StoredResult<R> result : waiting.values()) {
      size += 8 + sizeOf(result);
    }
    for (GroupAlert<R> judged : alerts) {
      size += judged.size();
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(VERSION).putLong(decided).putLong(latestTick);
    if (latest != null) {
      write(latest, out);
    }
    out.putInt(waiting.size());
    for (Map.Entry<Long, StoredResult<R>> one : waiting.entrySet()) {
      out.putLong(one.getKey());
      write(one.getValue(), out);
    }
    out.putInt(alerts.size());
    for (GroupAlert<R> judged : alerts) {
      judged.write(out);
    }
    return out.array();
  }

  private static int sizeOf(StoredResult<?> result) {
    return 4 + result.bytes().length;
  }

  private static void write(StoredResult<?> result, ByteBuffer out) {
    out.putInt(result.bytes().length).put(result.bytes());
  }

  private StoredResult<R> readResult(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return StoredResult.of(form, bytes);
  }

  /**
   * Reads what {@link #toBytes} returned into a group without results. Alerts that are gone are
   * dropped, and new ones begin inactive.
   *
   * @param bytes must not be changed later: what no result needs is decoded on first use
   */
  GroupAlerts<R> read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.get();
    if (version != VERSION) {
      throw new IllegalStateException("state of alerts of the unknown version " + version);
    }
    decided = in.getLong();
    latestTick = in.getLong();
    latest = latestTick == AlertTimeline.NONE ? null : readResult(in);
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      long tick = in.getLong();
      waiting.put(tick, readResult(in));
    }
    int stored = in.getInt();
    for (int i = 0; i < stored; i++) {
      // The alerts are those of the contract, in its order, except after a change of it.
      if (i >= alerts.size() || !alerts.get(i).read(in)) {
        readOther(in);
      }
    }
    return this;
  }

  private void readOther(ByteBuffer in) {
    for (GroupAlert<R> judged : alerts) {
      if (judged.read(in)) {
        return;
      }
    }
    GroupAlert.skip(in);
  }
}
