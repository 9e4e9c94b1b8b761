package io.millrace.transforms;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The packed arrays that the identities of one key are spread over, and under what number each
 * stands in the key's map. No two numbers of slots share one, nor has any the numbers from 0 on,
 * which stood for the slots before there was a mark: so a job sees at the mark alone whether a key
 * has been arranged for its own number of slots.
 *
 * @param count how many there are
 */
record IdentitySlots(int count) implements Serializable {
  /** Stands under {@link #marker} in each key that is arranged for this number of slots. */
  static final byte[] MARK = {};

  /** More slots than this nobody has: their numbers would not fit. */
  static final int MOST = 32_768;

  private static final int FIRST = 1 << 20;

  IdentitySlots {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("expected 1 to " + MOST + " slots, found " + count);
    }
  }

  /** The number of the slot of an identity. */
  int key(long identityLow) {
    return first() + (int) Long.remainderUnsigned(identityLow, count);
  }

  int marker() {
    return first() + count;
  }

  /** From one square to the next there is room for the slots and their mark. */
  private int first() {
    return FIRST + count * count;
  }

  /**
   * Spreads the identities of arrays that were arranged for another number of slots.
   *
   * @param withRecords whether each identity is followed by its {@link RecordIdentity}
   * @return an array for each slot in use, by its number
   */
  Map<Integer, byte[]> spread(List<byte[]> arrays, boolean withRecords) {
    Map<Integer, byte[]> slots = new HashMap<>();
    for (byte[] packed : arrays) {
      int all = PackedIdentities.count(packed);
      for (int i = 0; i < all; i += withRecords ? 2 : 1) {
        int key = key(PackedIdentities.low(packed, i));
        byte[] more = PackedIdentities.append(slots.get(key), packed, i);
        slots.put(key, withRecords ? PackedIdentities.append(more, packed, i + 1) : more);
      }
    }
    return slots;
  }
}
