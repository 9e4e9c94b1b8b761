package io.millrace.testdata.generate;

import io.millrace.testdata.sink.GeneratedRecord;
import java.util.random.RandomGenerator;

/** The records sent last that may be sent again, in a ring. */
final class RecentRecords {
  private static final int TRIES = 10;
  private static final int NEAR = 50;

  private final Sent[] ring;
  private final RandomGenerator random;
  private long added;

  RecentRecords(int size, RandomGenerator random) {
    this.ring = new Sent[size];
    this.random = random;
  }

  /** A record that was sent, and how often. */
  static final class Sent {
    private final GeneratedRecord first;
    private int copies = 1;

    private Sent(GeneratedRecord first) {
      this.first = first;
    }

    GeneratedRecord first() {
      return first;
    }

    /** Counts one more copy and tells which it is, from 2. */
    int countCopy() {
      return ++copies;
    }
  }

  void add(GeneratedRecord sent) {
    ring[(int) (added++ % ring.length)] = new Sent(sent);
  }

  /** A record from near or far, of an event time not before this; null when none is found. */
  Sent drawSince(long earliestEventTime) {
    int reach = (int) Math.min(added, ring.length);
    if (random.nextBoolean()) {
      reach = Math.min(reach, NEAR);
    }
    for (int i = 0; i < TRIES && reach > 0; i++) {
      long number = added - 1 - random.nextInt(reach);
      Sent sent = ring[(int) (number % ring.length)];
      if (sent.first().entry().eventTime() >= earliestEventTime) {
        return sent;
      }
      reach = (reach + 1) / 2;
    }
    return null;
  }

  /** Any of them; null when there is none. */
  Sent draw() {
    return drawSince(Long.MIN_VALUE);
  }
}
