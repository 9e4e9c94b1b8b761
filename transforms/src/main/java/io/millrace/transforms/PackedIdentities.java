package io.millrace.transforms;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A set of 128-bit identities in a byte array, 16 bytes each. Arrays are immutable, because a
 * runner may be writing one to a checkpoint.
 */
final class PackedIdentities {
  private static final int BYTES = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private PackedIdentities() {}

  static boolean contains(byte[] packed, long high, long low) {
    for (int at = 0; at < packed.length; at += BYTES) {
      if ((long) LONGS.get(packed, at) == high && (long) LONGS.get(packed, at + 8) == low) {
        return true;
      }
    }
    return false;
  }

  /** A copy with one more identity. */
  static byte[] append(byte @Nullable [] packed, long high, long low) {
    int length = packed == null ? 0 : packed.length;
    byte[] longer = packed == null ? new byte[BYTES] : Arrays.copyOf(packed, length + BYTES);
    LONGS.set(longer, length, high);
    LONGS.set(longer, length + 8, low);
    return longer;
  }

  /** The number of identities. */
  static int count(byte[] packed) {
    return packed.length / BYTES;
  }

  /** The lower half of the identity at an index. */
  static long low(byte[] packed, int index) {
    return (long) LONGS.get(packed, index * BYTES + 8);
  }

  /** A copy with one more identity, taken from another array. */
  static byte[] append(byte @Nullable [] packed, byte[] from, int index) {
    return append(packed, (long) LONGS.get(from, index * BYTES), low(from, index));
  }
}
