package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/**
 * Events changed at random: decoding fails in no other way than by {@link DecodeException}; what it
 * accepts, a strict tree parser accepts too, with the same values; and what it calls no JSON, that
 * parser refuses too.
 */
class FuzzTest {
  private static final int ROUNDS = 200_000;

  private static final String[] PIECES = {
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "NaN",
    "-",
    "0",
    "1e",
    ".",
    "\\u",
    "\\ud83d",
    "\\ude00",
    "\"id\":",
    "\"x\":1,",
    "\u0000",
    "\n",
    "é",
    "😀",
    "/*",
    "'",
    " ",
    "99999999999999999999",
    "\"at\":\"2026-03-01T10:00:00Z\","
  };

  /** Codes that say that it is no JSON at all: then a strict parser refuses it too. */
  private static final Set<DeadLetterCode> NO_JSON =
      EnumSet.of(
          DeadLetterCode.MALFORMED_JSON,
          DeadLetterCode.TRUNCATED,
          DeadLetterCode.TRAILING_GARBAGE,
          DeadLetterCode.DUPLICATE_KEY,
          DeadLetterCode.NOT_A_NUMBER);

  private final ObjectMapper strict =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Decoding decoding =
      Decoding.of(
          "json",
          "s: {path: o.s, type: string}",
          "i: {path: o.i, type: int32}",
          "f: {path: o.f, type: float64}",
          "d: {path: o.d, type: decimal, precision: 12, scale: 3}",
          "b: {path: o.p.b, type: boolean}",
          "e: {path: o.p.e, type: timestamp, format: epoch_s}",
          "j: {type: json}",
          "t: {type: text}",
          "m: {type: map}",
          "a: {type: array, items: {type: record, fields: {v: {path: w.v, type: int64}}}}");

  private final Random random = new Random(20260301);

  @Test
  void mutatedEvents() throws Exception {
    Map<DeadLetterCode, Integer> codes = new EnumMap<>(DeadLetterCode.class);
    int accepted = 0;
    byte[] event = {};
    for (int round = 0; round < ROUNDS; round++) {
      if (round % 20 == 0) {
        event = Decoding.utf8(validEvent(random));
        assertSame(event, decoding.decode(event).row());
      }
      byte[] mutant = mutate(event, random);
      Row row;
      try {
        row = decoding.decode(mutant).row();
      } catch (DecodeException e) {
        codes.merge(e.code(), 1, Integer::sum);
        if (NO_JSON.contains(e.code())) {
          assertThrows(
              IOException.class,
              () -> strict.readTree(mutant),
              () -> e.code() + ", but JSON: " + new String(mutant, StandardCharsets.UTF_8));
        }
        continue;
      } catch (RuntimeException e) {
        throw new AssertionError("failed on " + Arrays.toString(mutant), e);
      }
      accepted++;
      assertSame(mutant, row);
    }
    assertTrue(accepted > ROUNDS / 50, accepted + " mutants were accepted");
    for (DeadLetterCode code :
        List.of(
            DeadLetterCode.MALFORMED_JSON,
            DeadLetterCode.TRUNCATED,
            DeadLetterCode.NOT_UTF8,
            DeadLetterCode.DUPLICATE_KEY,
            DeadLetterCode.TRAILING_GARBAGE,
            DeadLetterCode.WRONG_TYPE,
            DeadLetterCode.MISSING_FIELD,
            DeadLetterCode.LONE_SURROGATE,
            DeadLetterCode.NOT_A_NUMBER,
            DeadLetterCode.INVALID_TIME)) {
      assertTrue(codes.getOrDefault(code, 0) > 0, code + " never came: " + codes);
    }
  }

  static String validEvent(Random random) {
    RandomJson json = new RandomJson(random);
    StringBuilder text = new StringBuilder();
    text.append(",\"o\":{\"s\":\"a\\n\\u00e9😀\",\"i\":-12,\"f\":1.5e3,\"d\":\"12.5\",");
    json.member(text, "u1", json.value(2));
    text.append(",\"p\":{\"b\":true,\"e\":1700000000.25,\"u2\":\"\\ud83d\\ude00\"}},");
    json.member(text, "j", json.value(3));
    text.append(',');
    json.member(text, "t", json.value(2));
    text.append(",\"m\":").append(json.object(2));
    text.append(",\"a\":[{\"w\":{\"v\":1}},{\"u3\":1,\"w\":{\"v\":2,\"u4\":[]}}],");
    json.member(text, "u5", json.value(3));
    return Decoding.event(text.toString());
  }

  static byte[] mutate(byte[] event, Random random) {
    byte[] bytes = event;
    int times = 1 + random.nextInt(2);
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> changed(bytes, at, (byte) random.nextInt());
            case 1 -> changed(bytes, at, bytes[random.nextInt(bytes.length)]);
            case 2 -> spliced(bytes, at, Decoding.utf8(PIECES[random.nextInt(PIECES.length)]), at);
            case 3 -> spliced(bytes, at, new byte[0], to);
            case 4 -> spliced(bytes, at, Arrays.copyOfRange(bytes, at, to), at);
            default ->
                random.nextInt(4) == 0
                    ? Arrays.copyOf(bytes, Math.max(at, 1))
                    : changed(bytes, at, (byte) " 0\"a".charAt(random.nextInt(4)));
          };
    }
    return bytes;
  }

  private static byte[] changed(byte[] bytes, int at, byte to) {
    byte[] out = bytes.clone();
    out[at] = to;
    return out;
  }

  private static byte[] spliced(byte[] bytes, int at, byte[] insert, int from) {
    return JsonFramingTest.concat(
        Arrays.copyOf(bytes, at), insert, Arrays.copyOfRange(bytes, from, bytes.length));
  }

  /** Compares a row with what the tree parser finds, field by field, and nothing left over. */
  private void assertSame(byte[] bytes, Row row) throws IOException {
    String shown = new String(bytes, StandardCharsets.UTF_8);
    JsonNode tree;
    try {
      tree = strict.readTree(bytes);
    } catch (IOException e) {
      throw new AssertionError("accepted, but not JSON: " + shown, e);
    }
    JsonNode o = tree.path("o");
    assertEquals(tree.get("id").textValue(), row.getString("id"), shown);
    assertEquals(o.path("s").textValue(), row.getString("s"), shown);
    assertEquals(present(o.path("i")) ? o.get("i").intValue() : null, row.getInt32("i"), shown);
    assertEquals(present(o.path("f")) ? o.get("f").doubleValue() : null, row.getDouble("f"), shown);
    assertEquals(
        present(o.path("p").path("b")) ? o.get("p").get("b").booleanValue() : null,
        row.getBoolean("b"),
        shown);
    if (present(o.path("d"))) {
      assertEquals(
          0, new java.math.BigDecimal(o.get("d").asText()).compareTo(row.getDecimal("d")), shown);
    } else {
      assertEquals(null, row.getDecimal("d"), shown);
    }
    assertJson(tree.path("j"), row.getString("j"), shown);
    JsonNode t = tree.path("t");
    if (t.isTextual()) {
      assertEquals(t.textValue(), row.getString("t"), shown);
    } else {
      assertJson(t, row.getString("t"), shown);
    }
    Map<String, String> map =
        row.<String, String>getMap("m").entrySet().stream()
            .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertEquals(present(tree.path("m")) ? tree.get("m").size() : 0, map.size(), shown);
    for (Map.Entry<String, String> entry : map.entrySet()) {
      JsonNode sent = tree.get("m").get(entry.getKey());
      if (sent.isTextual()) {
        assertEquals(sent.textValue(), entry.getValue(), shown);
      } else {
        assertEquals(sent, strict.readTree(entry.getValue()), shown);
      }
    }
    List<Long> values = row.<Row>getArray("a").stream().map(r -> r.getInt64("v")).toList();
    JsonNode array = tree.path("a");
    assertEquals(
        Stream.iterate(0, i -> i + 1)
            .limit(array.size())
            .map(i -> array.get(i).path("w").path("v"))
            .map(v -> present(v) ? (Long) v.longValue() : null)
            .toList(),
        values,
        shown);
    String extra = row.getString("extra");
    assertEquals(
        unknown(tree), extra.isEmpty() ? strict.createObjectNode() : strict.readTree(extra), shown);
  }

  private void assertJson(JsonNode sent, String kept, String shown) throws IOException {
    assertEquals(present(sent) ? sent : null, kept == null ? null : strict.readTree(kept), shown);
  }

  private static boolean present(JsonNode node) {
    return !node.isMissingNode() && !node.isNull();
  }

  /** What is left of the tree without the declared fields and what they leave empty. */
  private static JsonNode unknown(JsonNode tree) {
    ObjectNode rest = tree.deepCopy();
    rest.remove(List.of("id", "at", "j", "t", "m"));
    if (rest.path("o") instanceof ObjectNode o) {
      o.remove(List.of("s", "i", "f", "d"));
      if (o.path("p") instanceof ObjectNode p) {
        p.remove(List.of("b", "e"));
      }
      removeIfEmpty(o, "p");
    }
    removeIfEmpty(rest, "o");
    JsonNode array = rest.path("a");
    int last = 0;
    for (int i = 0; i < array.size(); i++) {
      ObjectNode element = (ObjectNode) array.get(i);
      if (element.path("w") instanceof ObjectNode w) {
        w.remove("v");
      }
      removeIfEmpty(element, "w");
      last = element.isEmpty() ? last : i + 1;
    }
    while (array.size() > last) {
      ((com.fasterxml.jackson.databind.node.ArrayNode) array).remove(array.size() - 1);
    }
    removeIfEmpty(rest, "a");
    return rest;
  }

  private static void removeIfEmpty(ObjectNode parent, String key) {
    JsonNode child = parent.path(key);
    if (child.isNull() || (child.isContainerNode() && child.isEmpty())) {
      parent.remove(key);
    }
  }
}
