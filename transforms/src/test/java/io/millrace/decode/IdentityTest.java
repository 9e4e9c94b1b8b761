package io.millrace.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.contract.FieldType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.codec.digest.MurmurHash3;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

/** The hashes are pinned: pipelines hold them in their state, so they must never change. */
class IdentityTest {
  private final Identity identity = new Identity();

  /** The hash of pairs of type and value, in hexadecimal. */
  private String hash(Object... typesAndValues) {
    identity.clear();
    for (int i = 0; i < typesAndValues.length; i += 2) {
      identity.add((FieldType) typesAndValues[i], typesAndValues[i + 1]);
    }
    identity.finish();
    return "%016x%016x".formatted(identity.high(), identity.low());
  }

  @Test
  void theHashIsMurmur3() {
    // Published values of MurmurHash3 x64 128 with seed 0
    long[] hash = MurmurHash3.hash128x64("hello".getBytes(StandardCharsets.US_ASCII));
    assertEquals("cbd8a7b341bd9b025b1e906a48ae1d19", "%016x%016x".formatted(hash[0], hash[1]));
    assertEquals("00000000000000000000000000000000", hash());
  }

  @Test
  void aTextIsWrittenAsTypeLengthAndUtf8() {
    byte[] written = {
      1, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o', 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2
    };
    long[] expected = MurmurHash3.hash128x64(written);

    assertEquals(
        "%016x%016x".formatted(expected[0], expected[1]),
        hash(FieldType.STRING, "hello", FieldType.INT64, 258L));
  }

  @Test
  void pinned() {
    assertEquals(
        "607f66d5a22d5fe771894b8e17fde706",
        hash(
            FieldType.STRING, "q-0000",
            FieldType.STRING, "query_started",
            FieldType.TIMESTAMP, Instant.parse("2026-03-01T10:00:00.000Z")));
    assertEquals("50dad0eb4b830d94c74c6bfc12fb99d7", hash(FieldType.STRING, ""));
    assertEquals("f673be181423286ba6c72d2eb3e82a29", hash(FieldType.STRING, "é€😀"));
    assertEquals("9d6ab32eb8a925ac6af08acbb0754fc2", hash(FieldType.INT64, -1L));
    assertEquals("ec84afb504e5f5e22630b07c8a2f7a6d", hash(FieldType.FLOAT64, 1.5));
    assertEquals(
        "3e2e6d9ef110e7e72681d32b1e9d11c2", hash(FieldType.DECIMAL, new BigDecimal("1.5")));
    assertEquals("ea9c1251cbbbe088c1b5792ce57d6e32", hash(FieldType.BOOLEAN, true));
    assertEquals(
        "7d798206ca9672803917a4af4ce4c74d", hash(FieldType.TIMESTAMP, Instant.ofEpochMilli(-1)));
    assertEquals("d45833c9622bc22c8b8c7e0f51d2a4a9", hash(FieldType.STRING, "x".repeat(1000)));
  }

  @Test
  void whatIsEqualHasOneHash() {
    assertEquals(hash(FieldType.INT32, 5), hash(FieldType.INT64, 5L));
    assertEquals(hash(FieldType.FLOAT64, 0.0), hash(FieldType.FLOAT64, -0.0));
    assertEquals(
        hash(FieldType.DECIMAL, new BigDecimal("100")),
        hash(FieldType.DECIMAL, new BigDecimal("100.00")));
    assertEquals(
        hash(FieldType.DECIMAL, new BigDecimal("0.00")), hash(FieldType.DECIMAL, BigDecimal.ZERO));
    assertEquals(hash(FieldType.STRING, "a"), hash(FieldType.TEXT, "a"));
  }

  @Test
  void whatDiffersHasAnotherHash() {
    Set<String> hashes = new HashSet<>();
    int count = 0;
    for (Object[] values :
        new Object[][] {
          {FieldType.STRING, "a", FieldType.STRING, "bc"},
          {FieldType.STRING, "ab", FieldType.STRING, "c"},
          {FieldType.STRING, "abc"},
          {FieldType.STRING, "abc", FieldType.STRING, ""},
          {FieldType.STRING, "", FieldType.STRING, "abc"},
          {FieldType.STRING, "1"},
          {FieldType.INT64, 1L},
          {FieldType.FLOAT64, 1.0},
          {FieldType.DECIMAL, BigDecimal.ONE},
          {FieldType.DECIMAL, BigDecimal.TEN},
          {FieldType.BOOLEAN, true},
          {FieldType.BOOLEAN, false},
          {FieldType.TIMESTAMP, Instant.ofEpochMilli(1)},
        }) {
      hashes.add(hash(values));
      count++;
    }
    assertEquals(count, hashes.size());
    assertNotEquals(
        hash(FieldType.STRING, "a", FieldType.STRING, "b"),
        hash(FieldType.STRING, "b", FieldType.STRING, "a"));
  }

  @Test
  void aMillionNeighboursAreApart() {
    Set<Long> low = new HashSet<>();
    Set<Long> high = new HashSet<>();
    for (int i = 0; i < 1_000_000; i++) {
      identity.clear();
      identity.add(FieldType.INT32, i);
      identity.finish();
      low.add(identity.low());
      high.add(identity.high());
    }
    assertEquals(1_000_000, low.size());
    assertEquals(1_000_000, high.size());
  }
}
