package io.millrace.bench.baseline;

import java.nio.charset.StandardCharsets;

/** Collects unknown fields as one JSON object, nested as sent. */
final class UnknownFields {
  private static final byte[] METADATA = "\"metadata\":{".getBytes(StandardCharsets.US_ASCII);

  private final RowBytes top = new RowBytes(256);
  private final RowBytes inMetadata = new RowBytes(256);

  void clear() {
    top.clear();
    inMetadata.clear();
  }

  /** Adds a member of the event: its key, colon and value. */
  void top(byte[] json, int from, int to) {
    add(top, json, from, to);
  }

  /** Adds a member of the event's metadata. */
  void inMetadata(byte[] json, int from, int to) {
    add(inMetadata, json, from, to);
  }

  private static void add(RowBytes members, byte[] json, int from, int to) {
    if (members.size() > 0) {
      members.writeByte(',');
    }
    members.writeRaw(json, from, to - from);
  }

  /** The object; empty if there are none. */
  byte[] json() {
    if (top.size() == 0 && inMetadata.size() == 0) {
      return new byte[0];
    }
    RowBytes all = new RowBytes(top.size() + inMetadata.size() + METADATA.length + 4);
    all.writeByte('{');
    all.writeAll(top);
    if (inMetadata.size() > 0) {
      if (top.size() > 0) {
        all.writeByte(',');
      }
      all.writeRaw(METADATA, 0, METADATA.length);
      all.writeAll(inMetadata);
      all.writeByte('}');
    }
    all.writeByte('}');
    return all.toByteArray();
  }
}
