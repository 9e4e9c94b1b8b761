package io.millrace.transforms;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Distributes the identities of one key over packed arrays (slots) and assigns each slot its key in
 * the key's map. Different numbers of slots use disjoint map keys. So the marker alone tells a job
 * whether a key was distributed over its own number of slots. Map keys from 0 on are never used:
 * they are those of state without a marker.
 *
 * @param count the number of slots
 */
record IdentitySlots(int count) implements Serializable {
  /** The value of the map entry {@link #marker}. */
  static final byte[] MARK = {};

  /** More slots would overflow the map keys. */
  static final int MAX_SLOTS = 32_768;

  private static final int FIRST = 1 << 20;

  IdentitySlots {
    if (count < 1 || count > MAX_SLOTS) {
      throw new IllegalArgumentException("expected 1 to " + MAX_SLOTS + " slots, found " + count);
    }
  }

  /** The map key of the slot of an identity. */
  int key(long identityLow) {
    return first() + (int) Long.remainderUnsigned(identityLow, count);
  }

  /** The map key that marks a key as distributed over this number of slots. */
  int marker() {
    return first() + count;
  }

  /** Between two squares there is room for the slots and their marker. */
  private int first() {
    return FIRST + count * count;
  }

  /**
   * Redistributes the identities of arrays with another number of slots.
   *
   * @param withRecords whether a {@link RecordIdentity} follows each identity
   * @return the arrays of the slots in use, by map key
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
