package io.millrace.testdata.workload;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.utils.Utils;

/** Creates unique query ids with their partitions. */
public final class QueryKeys {
  private final long seed;
  private final int partitions;
  private long issued;

  public QueryKeys(long seed, int partitions) {
    this.seed = seed;
    this.partitions = partitions;
  }

  /** A query id as text and as the record's key. */
  public record Key(String id, byte[] utf8, int partition) {}

  public Key next() {
    // The mix is a bijection, so ids are unique.
    return key("q-" + HexFormat.of().toHexDigits(mix(seed * 0x9E3779B97F4A7C15L + issued++)));
  }

  Key key(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return new Key(id, utf8, Utils.toPositive(Utils.murmur2(utf8)) % partitions);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
