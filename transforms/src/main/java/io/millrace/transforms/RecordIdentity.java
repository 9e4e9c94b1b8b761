package io.millrace.transforms;

import io.millrace.event.Event;

/**
 * What is remembered, beside an event's identity, of the record that the event came in: 128 bits
 * that tell this record's event from the same event in another record. Only needed where a record
 * may come again. The same record is then the one that passed, not a second one, and what the audit
 * says about it must stay.
 */
final class RecordIdentity {
  private RecordIdentity() {}

  static long high(Event event) {
    return event.identityHigh() ^ mix(event.origin().offset());
  }

  static long low(Event event) {
    return event.identityLow() ^ mix(~event.origin().offset());
  }

  /** Spreads neighbouring numbers over all bits (the last step of SplitMix64). */
  private static long mix(long number) {
    long z = number + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
