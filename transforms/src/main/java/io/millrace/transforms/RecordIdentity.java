package io.millrace.transforms;

import io.millrace.event.Event;

/**
 * A 128-bit hash of an event's identity and its record. It distinguishes the accepted record from
 * another record with the same event. Redelivery of an accepted record is not a second event, and
 * its audit entry must not change. Only needed for sources that redeliver records.
 */
final class RecordIdentity {
  private RecordIdentity() {}

  static long high(Event event) {
    return event.identityHigh() ^ mix(place(event));
  }

  static long low(Event event) {
    return event.identityLow() ^ mix(~place(event));
  }

  /** The offset; with the element's number in a record of many. */
  private static long place(Event event) {
    int element = event.origin().elementNumber();
    return event.origin().offset() ^ (element == 0 ? 0 : mix(element));
  }

  /** Mixes the bits of consecutive numbers (the finalizer of SplitMix64). */
  private static long mix(long number) {
    long z = number + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
