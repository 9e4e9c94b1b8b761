package io.millrace.testdata.workload;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Creates unique query ids with their partitions. */
public final class QueryKeys {
  private static final String HEX = "0123456789abcdef";

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
    return key("q-" + hex(mix(seed * 0x9E3779B97F4A7C15L + issued++)));
  }

  Key key(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return new Key(id, utf8, Utils.toPositive(Utils.murmur2(utf8)) % partitions);
  }

  private static String hex(long value) {
    char[] digits = new char[16];
    for (int i = 0; i < 16; i++) {
      digits[i] = HEX.charAt((int) (value >>> (60 - 4 * i)) & 15);
    }
    return new String(digits);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
