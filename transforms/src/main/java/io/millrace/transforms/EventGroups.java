package io.millrace.transforms;

import io.millrace.event.Clock;
import io.millrace.event.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.joda.time.Instant;

/**
 * Gathers the events of a bundle by key, so that many of them take the way to another worker as one
 * element: the way costs by the element.
 *
 * <p>A group is handed over when it is full. All are handed over at {@link #flush}, when many
 * events wait, and by the first event that comes {@value #MOST_MILLIS} ms after they last were. A
 * caller must flush at the end of its bundle: the runner knows nothing of events that wait here.
 *
 * <p>Memory: at most {@value #MOST_EVENTS} events, or {@value #MOST_BYTES} bytes of records and one
 * record. Not thread-safe.
 */
final class EventGroups {
  /** A group of usual events fits a network buffer of Flink, which has 32 KiB. */
  private static final int FULL = 16;

  private static final int FULL_BYTES = 32 << 10;
  private static final int MOST_EVENTS = 2_048;
  private static final int MOST_BYTES = 4 << 20;

  /** Far below the second that a bundle may last. */
  private static final int MOST_MILLIS = 50;

  /** Takes groups. */
  interface Receiver {
    /**
     * A group.
     *
     * @param events in the order of their arrival; the receiver owns the list
     * @param timestamp the earliest of their timestamps
     */
    void group(long key, List<Event> events, Instant timestamp);
  }

  private static final class Group {
    final List<Event> events = new ArrayList<>(FULL);
    Instant earliest;
    int bytes;

    Group(Instant earliest) {
      this.earliest = earliest;
    }
  }

  private final Clock clock;
  private final Map<Long, Group> groups = new HashMap<>();
  private int waiting;
  private int waitingBytes;
  private long flushedMillis;

  EventGroups(Clock clock) {
    this.clock = clock;
  }

  /** Drops what waits: a new bundle begins, and the one before it failed if anything does. */
  void clear() {
    groups.clear();
    waiting = 0;
    waitingBytes = 0;
  }

  /** Adds an event to the group of its key. */
  void add(long key, Event event, Instant timestamp, Receiver receiver) {
    Long boxed = key;
    Group group = groups.get(boxed);
    if (group == null) {
      group = new Group(timestamp);
      groups.put(boxed, group);
    } else if (timestamp.isBefore(group.earliest)) {
      group.earliest = timestamp;
    }
    byte[] record = event.origin().value();
    int bytes = record == null ? 0 : record.length;
    group.events.add(event);
    group.bytes += bytes;
    waiting++;
    waitingBytes += bytes;
    if (group.events.size() >= FULL || group.bytes >= FULL_BYTES) {
      groups.remove(boxed);
      waiting -= group.events.size();
      waitingBytes -= group.bytes;
      receiver.group(key, group.events, group.earliest);
    }
    if (waiting >= MOST_EVENTS || waitingBytes >= MOST_BYTES || isDue()) {
      flush(receiver);
    }
  }

  private boolean isDue() {
    long now = clock.millis();
    // A clock that was set back must not hold events.
    boolean due = now - flushedMillis >= MOST_MILLIS || now < flushedMillis;
    if (due) {
      flushedMillis = now;
    }
    return due;
  }

  /** Hands over all groups. */
  void flush(Receiver receiver) {
    for (Map.Entry<Long, Group> entry : groups.entrySet()) {
      Group group = entry.getValue();
      receiver.group(entry.getKey(), group.events, group.earliest);
    }
    clear();
  }
}
