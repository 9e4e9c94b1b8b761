package io.millrace.rollup;

import io.millrace.event.RowValues;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The sessions of one group, which never overlap. An added session merges with the sessions that it
 * overlaps, as in Beam's session windows. Times are in milliseconds since the epoch, UTC. Not
 * thread-safe.
 */
final class SessionList {
  private final List<Session> sessions = new ArrayList<>();

  /** One session, from its first event to its last event plus the gap. */
  static final class Session {
    private long start;
    private long end;
    private final Cell cell;

    /** Whether the session has changed since its last result. */
    private boolean changed = true;

    /** Whether a result with this start was emitted. */
    private boolean emitted;

    /** The starts of emitted results that this session has absorbed. */
    private final List<Long> merged = new ArrayList<>();

    Session(long start, long end, Cell cell) {
      this.start = start;
      this.end = end;
      this.cell = cell;
    }

    private boolean overlaps(Session other) {
      return start < other.end && other.start < end;
    }

    /** Extends the session by an event. An emitted result with a later start counts as absorbed. */
    private void growTo(long from, long to) {
      if (from < start && emitted) {
        merged.add(start);
        emitted = false;
      }
      start = Math.min(start, from);
      end = Math.max(end, to);
    }

    /** Absorbs a session that it overlaps. */
    private void absorb(Session other) {
      long first = Math.min(start, other.start);
      boolean firstEmitted = (emitted && start == first) || (other.emitted && other.start == first);
      if (emitted && start != first) {
        merged.add(start);
      }
      if (other.emitted && other.start != first) {
        merged.add(other.start);
      }
      merged.addAll(other.merged);
      start = first;
      end = Math.max(end, other.end);
      emitted = firstEmitted;
      changed = true;
      cell.merge(other.cell);
    }
  }

  interface Results {
    /**
     * Receives one result.
     *
     * @param merged whether another session has absorbed the session with this start
     */
    void emit(long start, long end, Cell cell, boolean merged);
  }

  /** The key of a group's sessions: the table of the roll-up and the group. */
  static byte[] key(String table, String groupText) {
    return (table + groupText).getBytes(StandardCharsets.UTF_8);
  }

  /** Adds an event to its session or to a new one. */
  void addEvent(long time, long gapMillis, RowValues row, Supplier<Cell> newCell) {
    long end = time + gapMillis;
    Session session = overlapping(time, end);
    if (session == null) {
      session = new Session(time, end, newCell.get());
      sessions.add(session);
    }
    session.cell.add(row);
    session.changed = true;
    if (time < session.start || end > session.end) {
      session.growTo(time, end);
      sessions.remove(session);
      add(session);
    }
  }

  private @Nullable Session overlapping(long start, long end) {
    for (Session session : sessions) {
      if (session.start < end && start < session.end) {
        return session;
      }
    }
    return null;
  }

  void add(Session session) {
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Iterator<Session> others = sessions.iterator(); others.hasNext(); ) {
        Session other = others.next();
        if (session.overlaps(other)) {
          session.absorb(other);
          others.remove();
          grown = true;
        }
      }
    }
    sessions.add(session);
  }

  void addAll(SessionList others) {
    others.sessions.forEach(this::add);
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  /** The earliest end; the list must not be empty. */
  long firstEnd() {
    return sessions.stream().mapToLong(s -> s.end).min().orElseThrow();
  }

  /** The earliest end of a session with a due result; {@code Long.MAX_VALUE} if none is due. */
  long firstChangedEnd() {
    return sessions.stream()
        .filter(s -> s.changed)
        .mapToLong(s -> s.end)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** The number of sessions that have changed since their last result. */
  long changedCount() {
    return sessions.stream().filter(s -> s.changed).count();
  }

  /** Emits the results of changed sessions that end no later than an instant. */
  void emitUntil(long end, Results results) {
    for (Session session : sessions) {
      if (session.changed && session.end <= end) {
        session.merged.forEach(start -> results.emit(start, session.end, session.cell, true));
        session.merged.clear();
        results.emit(session.start, session.end, session.cell, false);
        session.emitted = true;
        session.changed = false;
      }
    }
  }

  /** Removes the sessions that end no later than an instant. */
  void removeUntil(long end) {
    sessions.removeIf(session -> session.end <= end);
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeInt(sessions.size());
      for (Session session : sessions) {
        out.writeLong(session.start);
        out.writeLong(session.end);
        out.writeBoolean(session.changed);
        out.writeBoolean(session.emitted);
        out.writeInt(session.merged.size());
        for (long start : session.merged) {
          out.writeLong(start);
        }
        session.cell.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static SessionList of(byte[] bytes, Supplier<Cell> newCell) {
    SessionList list = new SessionList();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        Session session = new Session(in.readLong(), in.readLong(), newCell.get());
        session.changed = in.readBoolean();
        session.emitted = in.readBoolean();
        int merged = in.readInt();
        for (int m = 0; m < merged; m++) {
          session.merged.add(in.readLong());
        }
        session.cell.read(in);
        list.sessions.add(session);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return list;
  }
}
