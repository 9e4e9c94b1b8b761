package io.millrace.transforms;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A set of 128-bit identities, packed into a byte array of 16 bytes each. Arrays are never changed
 * once made: a runner may be writing one to a checkpoint while the next is being appended to.
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

  /** A new array with one identity more. */
  static byte[] append(byte @Nullable [] packed, long high, long low) {
    int length = packed == null ? 0 : packed.length;
    byte[] longer = packed == null ? new byte[BYTES] : Arrays.copyOf(packed, length + BYTES);
    LONGS.set(longer, length, high);
    LONGS.set(longer, length + 8, low);
    return longer;
  }

  /** How many there are. */
  static int count(byte[] packed) {
    return packed.length / BYTES;
  }

  /** The lower half of one of them, from 0 on. */
  static long low(byte[] packed, int index) {
    return (long) LONGS.get(packed, index * BYTES + 8);
  }

  /** A new array with one more, that of another array. */
  static byte[] append(byte @Nullable [] packed, byte[] from, int index) {
    return append(packed, (long) LONGS.get(from, index * BYTES), low(from, index));
  }
}
