package io.millrace.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.contract.FieldType;
import io.millrace.contract.yaml.ContractException;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.contract.yaml.Problems;
import io.millrace.decode.json.Decoding;
import io.millrace.event.Event;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.codec.digest.MurmurHash3;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertEquals(
        hash(FieldType.DECIMAL, new BigDecimal("100")),
        hash(FieldType.DECIMAL, new BigDecimal("100.00")));
    assertEquals(
        hash(FieldType.DECIMAL, new BigDecimal("0.00")), hash(FieldType.DECIMAL, BigDecimal.ZERO));
    assertEquals(hash(FieldType.STRING, "a"), hash(FieldType.TEXT, "a"));
    assertEquals(hash(FieldType.STRING, "a"), hash(FieldType.ENUM, "a"));
    assertEquals(hash(FieldType.STRING, "1.2.3.4"), hash(FieldType.IPV4, "1.2.3.4"));
    assertEquals(hash(FieldType.STRING, "::1"), hash(FieldType.IPV6, "::1"));
    // An int64 that becomes a uint64 keeps its identities.
    assertEquals(hash(FieldType.INT64, Long.MAX_VALUE), hash(FieldType.UINT64, Long.MAX_VALUE));
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
          {FieldType.INT64, -1L},
          {FieldType.UINT64, -1L},
          {FieldType.UINT64, Long.MIN_VALUE},
          {FieldType.DECIMAL, BigDecimal.ONE},
          {FieldType.DECIMAL, BigDecimal.TEN},
          {FieldType.BOOLEAN, true},
          {FieldType.BOOLEAN, false},
          {FieldType.TIMESTAMP, Instant.ofEpochMilli(1)},
          {FieldType.TIMESTAMP, Instant.ofEpochSecond(0, 1_000_001)},
          {FieldType.TIMESTAMP, Instant.ofEpochSecond(0, 1_001_000)},
          {FieldType.TIMESTAMP, Instant.ofEpochSecond(0, 1_999_999)},
          {FieldType.TIMESTAMP, Instant.ofEpochSecond(-1, 1_000_001)},
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

  /**
   * What the identity sees of each type: two values with one line here are one event, and the
   * contract's documentation says so (docs/contracts.md); all others differ.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // Every digit of a time, in any offset
        "timestamp | '2026-03-01T10:00:00Z' '2026-03-01T12:00:00.000000000+02:00' |"
            + " '2026-03-01T10:00:00.000000001Z' | '2026-03-01T10:00:00.000001Z' |"
            + " '2026-03-01T10:00:00.001Z' '2026-03-01T10:00:00.00100Z' | '2026-03-01T10:00:00.0011Z'",
        "timestamp, precision: 3 | '2026-03-01T10:00:00.001Z' '2026-03-01T10:00:00.001000Z' |"
            + " '2026-03-01T10:00:00.0010001Z' | '2026-03-01T10:00:00.0019Z'",
        "timestamp, format: epoch_s | 1772359200 1772359200.0 17723592e2 | 1772359200.000000001 |"
            + " 1772359200.5",
        "timestamp, format: epoch_us | 1772359200000000 | 1772359200000001 | 1772359200000999",
        "timestamp, format: epoch_ns | 1772359200000000000 | 1772359200000000001",
        // A decimal by its value
        "decimal, precision: 38, scale: 20 | 1.5 1.50 15e-1 '1.5' | 1.50000000000000000001 |"
            + " 123456789012345678 | 123456789012345679",
        "int64 | 9007199254740992 | 9007199254740993 | 0 -0",
        // Text as it is: case and normal forms tell apart, escapes do not
        "string | 'a' '\\u0061' | 'A' | '_a' | '\u00e9' | 'e\u0301' | ''",
        "uuid | '123e4567-e89b-12d3-a456-42661417400a' '123E4567-E89B-12D3-A456-42661417400A'",
        // The text that was sent
        "json | 1 | 1.0 | 1e0 | '1' | 'a' | '\\u0061' | {} | { }",
        "text | 1 '1' | 1.0 | 1e0",
        "boolean | true | false"
      })
  void theIdentitySeesWhatWasSent(String typeAndValues) {
    String[] groups = typeAndValues.split(" \\| ", -1);
    Decoding decoding =
        new Decoding(
            ContractLoader.parse(
                Decoding.small("json", "v: {type: " + groups[0] + ", required: true}")
                    .replace("identity: [id, at]", "identity: [id, at, v]")
                    .replace("[id, at, extra]", "[id, at, v, extra]"),
                "small.yaml"));
    Map<String, String> groupOfHash = new HashMap<>();
    for (int i = 1; i < groups.length; i++) {
      Set<String> hashes = new HashSet<>();
      for (String value :
          groups[i].equals("{ }") ? List.of("{ }") : List.of(groups[i].split(" "))) {
        String json = value.replace('\'', '"');
        Event event = decoding.event(Decoding.utf8(Decoding.event(",\"v\":" + json)));
        hashes.add(event.identityHigh() + " " + event.identityLow());
      }
      assertEquals(1, hashes.size(), groups[i]);
      String other = groupOfHash.put(hashes.iterator().next(), groups[i]);
      assertNull(other, other + " and " + groups[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "string | 'x' | 'y'",
        "string | '' | ' '",
        "text | '1' | 2",
        "int32 | 7 | 8",
        "int64 | -7 | 7",
        "decimal, precision: 5, scale: 2 | 1.5 | 1.51",
        "boolean | false | true"
      })
  void anAbsentFieldIdentifiesLikeItsDefault(String typeDefaultAndOther) {
    String[] parts = typeDefaultAndOther.replace('\'', '"').split(" \\| ", -1);
    Decoding decoding =
        new Decoding(
            ContractLoader.parse(
                Decoding.small("json", "v: {type: %s, default: %s}".formatted(parts[0], parts[1]))
                    .replace("identity: [id, at]", "identity: [id, at, v]")
                    .replace("[id, at, extra]", "[id, at, v, extra]"),
                "small.yaml"));
    List<String> hashes = new ArrayList<>();
    for (String members : List.of("", ",\"v\":null", ",\"v\":" + parts[1], ",\"v\":" + parts[2])) {
      Event event = decoding.event(Decoding.utf8(Decoding.event(members)));
      hashes.add(event.identityHigh() + " " + event.identityLow());
    }
    assertEquals(hashes.get(0), hashes.get(1));
    assertEquals(hashes.get(0), hashes.get(2));
    assertNotEquals(hashes.get(0), hashes.get(3));
  }

  @Test
  void aFloatIdentifiesNoEvent() {
    String yaml =
        Decoding.small("json", "v: {type: float64, required: true}")
            .replace("identity: [id, at]", "identity: [id, at, v]")
            .replace("[id, at, extra]", "[id, at, v, extra]");

    ContractException e =
        assertThrows(ContractException.class, () -> ContractLoader.parse(yaml, "small.yaml"));
    assertEquals(
        List.of(
            "small.yaml: identity: `v` cannot identify an event: different numbers can become the"
                + " same float64; expected another type, such as decimal"),
        Problems.withoutPositions(e));
  }
}
