package io.millrace.decode.avro;

import io.millrace.contract.TimeFormat;
import io.millrace.decode.TimeConversion;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Values of Avro's logical types. */
final class AvroTimes {
  /** 1000 decimal digits take 416 bytes. */
  private static final int MAX_DECIMAL_BYTES = 416;

  private AvroTimes() {}

  static Instant instant(AvroKind kind, long count) {
    return TimeConversion.ofEpoch(
        count,
        switch (kind) {
          case TIMESTAMP_MILLIS -> TimeFormat.EPOCH_MS;
          case TIMESTAMP_MICROS -> TimeFormat.EPOCH_US;
          default -> TimeFormat.EPOCH_NS;
        });
  }

  /**
   * A decimal: the unscaled value in two's complement, big-endian.
   *
   * @return null if it has more digits than Millrace reads
   */
  static @Nullable BigDecimal decimal(byte[] bytes, int from, int to, int scale) {
    if (from == to) {
      return BigDecimal.ZERO.setScale(scale);
    }
    int first = from;
    // A sign that is written more often than necessary, as fixed does
    while (first < to - 1 && bytes[first] == (bytes[first] >> 7) && sameSign(bytes, first)) {
      first++;
    }
    return to - first > MAX_DECIMAL_BYTES
        ? null
        : new BigDecimal(new BigInteger(bytes, first, to - first), scale);
  }

  private static boolean sameSign(byte[] bytes, int at) {
    return bytes[at] < 0 == bytes[at + 1] < 0;
  }

  /** The canonical text of a UUID's 16 bytes. */
  static String uuid(byte[] bytes, int from) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      high = (high << 8) | (bytes[from + i] & 0xff);
      low = (low << 8) | (bytes[from + Long.BYTES + i] & 0xff);
    }
    return new java.util.UUID(high, low).toString();
  }
}
