package io.millrace.decode;

import io.millrace.contract.FieldType;
import io.millrace.event.Utf8Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * The 128-bit hash of an event's identity: MurmurHash3 x64 128, seed 0, over the identity's values
 * in the contract's order, each written as one byte of type, four bytes of length and the value, so
 * that {@code ("a", "bc")} and {@code ("ab", "c")} differ. All numbers are big-endian:
 *
 * <table>
 * <caption>How a value is written</caption>
 * <tr><td>1</td><td>string, text, json, uuid, ipv4, ipv6, enum</td><td>UTF-8</td></tr>
 * <tr><td>2</td><td>int32, int64, uint64</td><td>8 bytes: a widened field keeps its identities; a
 *     uint64 of more than 63 bits as 9 bytes</td></tr>
 * <tr><td>4</td><td>decimal</td><td>the plain number without trailing zeros, as ASCII</td></tr>
 * <tr><td>5</td><td>boolean</td><td>1 byte</td></tr>
 * <tr><td>6</td><td>timestamp of whole milliseconds</td><td>8 bytes: these, since the epoch,
 *     UTC</td></tr>
 * <tr><td>7</td><td>any other timestamp</td><td>8 bytes: seconds since the epoch, UTC; 4 bytes: the
 *     nanoseconds from there</td></tr>
 * </table>
 *
 * <p>Nothing that was sent is cut off before: a value is hashed with every digit. (There is no
 * float32 or float64, to which numbers that differ can round; a contract refuses them.)
 *
 * <p>This is for ever: pipelines keep these hashes in their state, and another hash would let every
 * event in flight pass twice.
 *
 * <p>Two different events with one hash would be taken for duplicates, and the second be counted
 * instead of written. Among n events within the allowed lateness that is as likely as n²/2 · 2⁻¹²⁸:
 * for ten thousand million events, one in seven thousand million thousand million. The hash is not
 * made against an attacker who forges collisions; such a one can only hide events of his own
 * making.
 *
 * <p>Not thread-safe: holds a buffer that is used again.
 */
public final class Identity {
  private static final int TAG_TEXT = 1;
  private static final int TAG_INTEGER = 2;
  private static final int TAG_DECIMAL = 4;
  private static final int TAG_BOOLEAN = 5;
  private static final int TAG_MILLIS = 6;
  private static final int TAG_NANOS = 7;

  private static final int NANOS_OF_A_MILLI = 1_000_000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private byte[] buffer = new byte[256];
  private int length;
  private long high;
  private long low;

  /** Begins the identity of another event. */
  void clear() {
    length = 0;
  }

  /** Adds a value of a row, as the field's type has it; a text also as a {@link Utf8Slice}. */
  void add(FieldType type, Object value) {
    switch (type) {
      case STRING, TEXT, JSON, UUID, IPV4, IPV6, ENUM -> addText(value);
      case INT32, INT64 -> addLong(TAG_INTEGER, ((Number) value).longValue());
      case UINT64 -> addUnsigned((Long) value);
      case DECIMAL -> addBytes(TAG_DECIMAL, plain((BigDecimal) value));
      case BOOLEAN -> addBytes(TAG_BOOLEAN, new byte[] {(byte) ((Boolean) value ? 1 : 0)});
      case TIMESTAMP -> addTime((Instant) value);
      case FLOAT32, FLOAT64, MAP, ARRAY, RECORD ->
          throw new IllegalArgumentException("no contract's identity holds a " + type);
    }
  }

  /** Computes the hash of all that was added. */
  void finish() {
    long[] hash = MurmurHash3.hash128x64(buffer, 0, length, 0);
    high = hash[0];
    low = hash[1];
  }

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  private static byte[] plain(BigDecimal value) {
    return value.stripTrailingZeros().toPlainString().getBytes(StandardCharsets.US_ASCII);
  }

  private void addText(Object text) {
    if (text instanceof Utf8Slice slice) {
      addBytes(TAG_TEXT, slice.bytes(), slice.from(), slice.length());
    } else {
      byte[] bytes = ((String) text).getBytes(StandardCharsets.UTF_8);
      addBytes(TAG_TEXT, bytes, 0, bytes.length);
    }
  }

  private void addBytes(int tag, byte[] value) {
    addBytes(tag, value, 0, value.length);
  }

  private void addBytes(int tag, byte[] value, int from, int size) {
    begin(tag, size);
    System.arraycopy(value, from, buffer, length, size);
    length += size;
  }

  private void addTime(Instant time) {
    if (time.getNano() % NANOS_OF_A_MILLI == 0) {
      addLong(TAG_MILLIS, time.toEpochMilli());
      return;
    }
    begin(TAG_NANOS, Long.BYTES + Integer.BYTES);
    LONGS.set(buffer, length, time.getEpochSecond());
    INTS.set(buffer, length + Long.BYTES, time.getNano());
    length += Long.BYTES + Integer.BYTES;
  }

  private void addLong(int tag, long value) {
    begin(tag, Long.BYTES);
    LONGS.set(buffer, length, value);
    length += Long.BYTES;
  }

  private void addUnsigned(long bits) {
    if (bits >= 0) {
      addLong(TAG_INTEGER, bits);
      return;
    }
    begin(TAG_INTEGER, 1 + Long.BYTES);
    buffer[length++] = 0;
    LONGS.set(buffer, length, bits);
    length += Long.BYTES;
  }

  private void begin(int tag, int size) {
    int needed = length + 1 + Integer.BYTES + size;
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, 2 * buffer.length));
    }
    buffer[length++] = (byte) tag;
    INTS.set(buffer, length, size);
    length += Integer.BYTES;
  }
}
