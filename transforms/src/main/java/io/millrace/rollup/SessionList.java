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
 * The sessions of one group, none overlapping another. A session that is added merges with those it
 * overlaps: Beam's rule for its session windows. Times in milliseconds since the epoch, UTC. Not
 * thread-safe.
 */
final class SessionList {
  private final List<Session> sessions = new ArrayList<>();

  /** One session, from its first event to its last one plus the silence. */
  static final class Session {
    private long start;
    private long end;
    private final Cell cell;

    /** Whether something was added since the last result. */
    private boolean changed = true;

    /** Whether a result with this start was given. */
    private boolean given;

    /** Starts of results that were given and are part of this session now. */
    private final List<Long> merged = new ArrayList<>();

    Session(long start, long end, Cell cell) {
      this.start = start;
      this.end = end;
      this.cell = cell;
    }

    private boolean overlaps(Session other) {
      return start < other.end && other.start < end;
    }

    /**
     * Spans an event more. A result that was given with a later start is part of it from now on.
     */
    private void growTo(long from, long to) {
      if (from < start && given) {
        merged.add(start);
        given = false;
      }
      start = Math.min(start, from);
      end = Math.max(end, to);
    }

    /** Takes in a session that it overlaps. */
    private void absorb(Session other) {
      long first = Math.min(start, other.start);
      boolean firstGiven = (given && start == first) || (other.given && other.start == first);
      if (given && start != first) {
        merged.add(start);
      }
      if (other.given && other.start != first) {
        merged.add(other.start);
      }
      merged.addAll(other.merged);
      start = first;
      end = Math.max(end, other.end);
      given = firstGiven;
      changed = true;
      cell.merge(other.cell);
    }
  }

  /** Where results go. */
  interface Results {
    /**
     * Takes one result.
     *
     * @param merged whether the session that began there is part of another one now
     */
    void give(long start, long end, Cell cell, boolean merged);
  }

  /** The key of a group's sessions: the rollup's table, which holds no bracket, and the group. */
  static byte[] key(String table, String groupText) {
    return (table + groupText).getBytes(StandardCharsets.UTF_8);
  }

  /** Counts an event in the session that it belongs to; a new one, if there is none. */
  void addEvent(long time, long silenceMillis, RowValues row, Supplier<Cell> newCell) {
    long end = time + silenceMillis;
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

  /** The least end of all; there must be one. */
  long firstEnd() {
    return sessions.stream().mapToLong(s -> s.end).min().orElseThrow();
  }

  /**
   * The least end of those that have changed since their last result; the greatest long if none.
   */
  long firstChangedEnd() {
    return sessions.stream()
        .filter(s -> s.changed)
        .mapToLong(s -> s.end)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** How many have changed since their last result. */
  long changedCount() {
    return sessions.stream().filter(s -> s.changed).count();
  }

  /** Gives the results of the sessions that have changed and end no later than an instant. */
  void giveUntil(long end, Results results) {
    for (Session session : sessions) {
      if (session.changed && session.end <= end) {
        session.merged.forEach(start -> results.give(start, session.end, session.cell, true));
        session.merged.clear();
        results.give(session.start, session.end, session.cell, false);
        session.given = true;
        session.changed = false;
      }
    }
  }

  /** Forgets the sessions that end no later than an instant. */
  void forgetUntil(long end) {
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
        out.writeBoolean(session.given);
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
        session.given = in.readBoolean();
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
