package io.millrace.alert;

import java.nio.ByteBuffer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The state of one alert of a group: its timeline, and how often it was corrected. A timeline that
 * was read is decoded on first use, because a result that waits needs none. Not thread-safe.
 *
 * @param <R> the type of results
 */
final class GroupAlert<R> {
  private final JudgedAlert<R> alert;
  private long revision;
  private @Nullable AlertTimeline timeline;

  /** What was read and is not decoded: a timeline with the same rule, from an index on. */
  private @Nullable ByteBuffer stored;

  private int storedAt;
  private int storedSize;

  GroupAlert(JudgedAlert<R> alert) {
    this.alert = alert;
  }

  JudgedAlert<R> alert() {
    return alert;
  }

  /** How often the history was corrected. */
  long revision() {
    return revision;
  }

  void revise() {
    revision++;
  }

  AlertTimeline timeline() {
    AlertTimeline now = timeline;
    if (now == null) {
      now = new AlertTimeline(alert.rule());
      ByteBuffer in = stored;
      if (in != null) {
        now.read(in.duplicate().position(storedAt), true);
        stored = null;
      }
      timeline = now;
    }
    return now;
  }

  /** The state after all known verdicts. */
  AlertState state() {
    ByteBuffer in = stored;
    return in == null ? timeline().standing().state() : AlertTimeline.stateIn(in, storedAt);
  }

  /** The last tick with a verdict, as in {@link AlertTimeline#end}. */
  long end() {
    ByteBuffer in = stored;
    return in == null ? timeline().end() : AlertTimeline.endIn(in, storedAt);
  }

  /** The number of bytes that {@link #write} writes. */
  int size() {
    return 2 + alert.name().length() + 4 + 8 + 4 + timelineSize();
  }

  private int timelineSize() {
    return stored == null ? timeline().size() : storedSize;
  }

  void write(ByteBuffer out) {
    // Names of alerts are letters of ASCII, digits and underscores.
    String name = alert.name();
    out.putShort((short) name.length());
    for (int i = 0; i < name.length(); i++) {
      out.put((byte) name.charAt(i));
    }
    out.putInt(alert.fingerprint()).putLong(revision).putInt(timelineSize());
    ByteBuffer in = stored;
    if (in == null) {
      timeline().write(out);
    } else {
      out.put(in.slice(storedAt, storedSize));
    }
  }

  /**
   * Reads what {@link #write} wrote, if it is of an alert with this name.
   *
   * @param in a buffer that must not change later; after what was read, if it was
   * @return false if it is of another alert: then nothing was read
   */
  boolean read(ByteBuffer in) {
    String name = alert.name();
    int start = in.position();
    if (in.getShort(start) != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (in.get(start + 2 + i) != name.charAt(i)) {
        return false;
      }
    }
    in.position(start + 2 + name.length());
    boolean sameRule = in.getInt() == alert.fingerprint();
    revision = in.getLong();
    storedSize = in.getInt();
    storedAt = in.position();
    if (sameRule) {
      stored = in;
    } else {
      timeline = new AlertTimeline(alert.rule());
      timeline.read(in.duplicate(), false);
    }
    in.position(storedAt + storedSize);
    return true;
  }

  /** Skips what {@link #write} wrote. */
  static void skip(ByteBuffer in) {
    in.position(in.position() + 2 + in.getShort(in.position()));
    in.position(in.position() + 4 + 8);
    int size = in.getInt();
    in.position(in.position() + size);
  }
}
