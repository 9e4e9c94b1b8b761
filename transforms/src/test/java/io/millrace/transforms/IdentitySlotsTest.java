package io.millrace.transforms;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentitySlotsTest {
  @Test
  void differentNumbersOfSlotsUseDisjointKeys() {
    Set<Integer> keys = new HashSet<>();
    int expected = 0;
    for (int count = 1; count <= 300; count++) {
      IdentitySlots slots = new IdentitySlots(count);
      for (long low = 0; low < count; low++) {
        keys.add(slots.key(low));
      }
      keys.add(slots.marker());
      expected += count + 1;
    }
    assertThat(keys, hasSize(expected));
    // The keys of state without a marker
    assertThat(keys.stream().mapToInt(k -> k).min().orElseThrow(), greaterThan(1_000_000));
    assertThat(new IdentitySlots(IdentitySlots.MAX_SLOTS).marker(), greaterThan(0));
  }

  @Test
  void theUnsignedLowerHalfSelectsTheSlot() {
    IdentitySlots slots = new IdentitySlots(10);
    assertThat(slots.key(-1) - slots.key(0), equalTo(5));
  }

  @Test
  void redistributesEveryIdentityToItsSlot() {
    IdentitySlots before = new IdentitySlots(7);
    IdentitySlots after = new IdentitySlots(5);
    Map<Integer, byte[]> old = new HashMap<>();
    for (long i = 0; i < 1000; i++) {
      long low = i * 0x9E3779B97F4A7C15L;
      old.put(before.key(low), PackedIdentities.append(old.get(before.key(low)), i, low));
    }
    Map<Integer, byte[]> spread = after.spread(new ArrayList<>(old.values()), false);
    assertThat(spread, is(aMapWithSize(5)));
    int all = 0;
    for (byte[] packed : spread.values()) {
      all += PackedIdentities.count(packed);
    }
    assertThat(all, equalTo(1000));
    for (long i = 0; i < 1000; i++) {
      long low = i * 0x9E3779B97F4A7C15L;
      assertThat(PackedIdentities.contains(spread.get(after.key(low)), i, low), is(true));
    }
  }

  @Test
  void keepsARecordWithItsIdentity() {
    IdentitySlots slots = new IdentitySlots(4);
    byte[] packed = PackedIdentities.append(null, 1, 0);
    // The lower half of the record would select another slot.
    packed = PackedIdentities.append(packed, 9, 1);
    Map<Integer, byte[]> spread = slots.spread(List.of(packed), true);
    assertThat(spread, is(aMapWithSize(1)));
    byte[] slot = spread.get(slots.key(0));
    assertThat(PackedIdentities.contains(slot, 1, 0), is(true));
    assertThat(PackedIdentities.contains(slot, 9, 1), is(true));
  }

  @Test
  void rejectsAnInvalidNumberOfSlots() {
    assertThrows(IllegalArgumentException.class, () -> new IdentitySlots(0));
    assertThrows(
        IllegalArgumentException.class, () -> new IdentitySlots(IdentitySlots.MAX_SLOTS + 1));
  }
}
