package io.millrace.testdata.sink;

import io.millrace.testdata.manifest.ManifestEntry;
import java.util.Map;

/**
 * A record to be sent, with its manifest entry. Duplicates share the arrays, which must not change.
 */
public final class GeneratedRecord {
  private final byte[] key;
  private final byte[] value;
  private final long recordTimeMillis;
  private final int partition;
  private final Map<String, String> headers;
  private final ManifestEntry entry;

  public GeneratedRecord(
      byte[] key,
      byte[] value,
      long recordTimeMillis,
      int partition,
      Map<String, String> headers,
      ManifestEntry entry) {
    this.key = key;
    this.value = value;
    this.recordTimeMillis = recordTimeMillis;
    this.partition = partition;
    this.headers = headers;
    this.entry = entry;
  }

  /** The query_id in UTF-8. */
  public byte[] key() {
    return key;
  }

  /** The event's bytes; null for a tombstone. */
  public byte[] value() {
    return value;
  }

  /** The record time (Kafka's CreateTime), in epoch milliseconds. */
  public long recordTimeMillis() {
    return recordTimeMillis;
  }

  /** The partition of the record, as Kafka's default partitioner chooses it. */
  public int partition() {
    return partition;
  }

  /** The headers: {@code producer}, a name, and {@code attempt}, from 1. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The manifest entry of the record. */
  public ManifestEntry entry() {
    return entry;
  }
}
