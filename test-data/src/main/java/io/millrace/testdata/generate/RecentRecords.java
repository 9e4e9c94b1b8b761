package io.millrace.testdata.generate;

import io.millrace.testdata.sink.GeneratedRecord;
import java.util.random.RandomGenerator;

/** A ring of the last records, from which duplicates are drawn. */
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

  /** A sent record and the number of its copies. */
  static final class Sent {
    private final GeneratedRecord first;
    private int copies = 1;

    private Sent(GeneratedRecord first) {
      this.first = first;
    }

    GeneratedRecord first() {
      return first;
    }

    /** Counts another copy and returns its number, from 2. */
    int countCopy() {
      return ++copies;
    }
  }

  void add(GeneratedRecord sent) {
    ring[(int) (added++ % ring.length)] = new Sent(sent);
  }

  /** Draws a record whose event time is not before the given one; null if none is found. */
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

  /** Draws any record; null if there is none. */
  Sent draw() {
    return drawSince(Long.MIN_VALUE);
  }
}
