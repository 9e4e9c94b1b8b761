package io.millrace.transforms;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import org.junit.jupiter.api.Test;

class PackedIdentitiesTest {
  @Test
  void containsOnlyAppendedIdentities() {
    byte[] one = PackedIdentities.append(null, 1, 2);
    byte[] two = PackedIdentities.append(one, Long.MIN_VALUE, -1);

    assertThat(one.length, equalTo(16));
    assertThat(two.length, equalTo(32));
    assertThat(PackedIdentities.contains(two, 1, 2), is(true));
    assertThat(PackedIdentities.contains(two, Long.MIN_VALUE, -1), is(true));
    assertThat(PackedIdentities.contains(one, Long.MIN_VALUE, -1), is(false));
    // The halves of two neighbors are not an identity.
    assertThat(PackedIdentities.contains(two, 2, Long.MIN_VALUE), is(false));
    assertThat(PackedIdentities.contains(two, 2, 1), is(false));
  }
}
