package io.millrace.testdata.sink;

import io.millrace.testdata.manifest.ManifestEntry;
import java.util.Map;

/**
 * One record as it is to be sent, with the truth about it.
 *
 * <p>The arrays are not copied and may be shared with a later repetition of the same record: read
 * them, never change them.
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

  /** When the record is sent (Kafka's CreateTime), in epoch milliseconds. */
  public long recordTimeMillis() {
    return recordTimeMillis;
  }

  /** The partition that the record must go to: the one Kafka's default partitioner would take. */
  public int partition() {
    return partition;
  }

  /** {@code producer}, a name, and {@code attempt}, counted from 1. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The line of the manifest for this record. */
  public ManifestEntry entry() {
    return entry;
  }
}
