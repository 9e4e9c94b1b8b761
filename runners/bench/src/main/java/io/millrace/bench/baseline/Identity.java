package io.millrace.bench.baseline;

import org.apache.commons.codec.digest.MurmurHash3;

/** The 128-bit hash of query id, event type and event time. Not thread-safe. */
final class Identity {
  private final RowBytes bytes = new RowBytes(256);

  void of(PlainEvent event) {
    bytes.clear();
    bytes.writeString(event.queryId);
    bytes.writeString(event.eventType);
    bytes.writeLong(event.eventTime);
    long[] hash = MurmurHash3.hash128x64(bytes.array(), 0, bytes.size(), 0);
    event.identityHigh = hash[0];
    event.identityLow = hash[1];
  }
}
