package io.millrace.testdata.sink;

import io.millrace.testdata.manifest.ManifestEntry;
import java.util.Map;

/**
 * A record to be sent, with its manifest entry. Duplicates share the arrays, which must not change.
 *
 * @param key the query_id in UTF-8
 * @param value the event's bytes; null for a tombstone
 * @param recordTimeMillis the record time (Kafka's CreateTime), in epoch milliseconds
 * @param partition the partition of the record, as Kafka's default partitioner chooses it
 * @param headers {@code producer}, a name, and {@code attempt}, from 1
 * @param entry the manifest entry of the record
 */
public record GeneratedRecord(
    byte[] key,
    byte[] value,
    long recordTimeMillis,
    int partition,
    Map<String, String> headers,
    ManifestEntry entry) {}
