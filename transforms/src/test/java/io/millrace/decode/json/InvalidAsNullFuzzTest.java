package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Events changed at random, decoded by two contracts: a strict one, and one that takes every
 * invalid value as null. They agree about events that the strict one takes; of the others, the
 * tolerant one loses nothing.
 */
class InvalidAsNullFuzzTest {
  private static final int ROUNDS = 50_000;
  private static final String ON_INVALID = ", on_invalid: null}";

  private static final Set<DeadLetterCode> OF_FIELDS =
      EnumSet.of(
          DeadLetterCode.WRONG_TYPE,
          DeadLetterCode.NUMBER_OVERFLOW,
          DeadLetterCode.INVALID_TIME,
          DeadLetterCode.TIME_OUT_OF_RANGE,
          DeadLetterCode.MISSING_FIELD);

  /** The fields whose values a row holds as null, or as nothing, by their JSON pointers. */
  private static final Map<String, String> POINTERS =
      Map.of(
          "s", "/o/s", "i", "/o/i", "f", "/o/f", "d", "/o/d", "b", "/o/p/b", "e", "/o/p/e", "m",
          "/m", "a", "/a");

  private final ObjectMapper mapper =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static Decoding decoding(String unknownAs, String end) {
    String[] fields = {
      "s: {path: o.s, type: string}",
      "i: {path: o.i, type: int32}",
      "f: {path: o.f, type: float64}",
      "d: {path: o.d, type: decimal, precision: 12, scale: 3}",
      "b: {path: o.p.b, type: boolean}",
      "e: {path: o.p.e, type: timestamp, format: epoch_s}",
      "m: {type: map}",
      "a: {type: array, items: {type: record, fields: {v: {path: w.v, type: int64, required: true}}}}",
    };
    for (int i = 0; i < fields.length; i++) {
      fields[i] = fields[i].substring(0, fields[i].length() - 1) + end;
    }
    return Decoding.of(unknownAs, fields);
  }

  private final Decoding strict = decoding("json", "}");
  private final Decoding json = decoding("json", ON_INVALID);
  private final Decoding map = decoding("map", ON_INVALID);

  @Test
  void nothingIsLost() throws Exception {
    Random random = new Random(20260302);
    int saved = 0;
    byte[] event = {};
    for (int round = 0; round < ROUNDS; round++) {
      if (round % 20 == 0) {
        event = Decoding.utf8(FuzzTest.validEvent(random));
      }
      byte[] mutant = FuzzTest.mutate(event, random);
      Row expected = null;
      DeadLetterCode strictCode = null;
      try {
        expected = strict.decode(mutant).row();
      } catch (DecodeException e) {
        strictCode = e.code();
      }
      Row row = row(json, mutant);
      Row mapped = row(map, mutant);
      String shown = new String(mutant, StandardCharsets.UTF_8);
      assertEquals(row == null, mapped == null, shown);
      if (expected != null) {
        assertEquals(expected, row, shown);
      } else if (row != null) {
        assertTrue(OF_FIELDS.contains(strictCode), strictCode + ": " + shown);
        saved++;
        assertKept(mapper.readTree(mutant), row, shown);
      }
    }
    assertTrue(saved > ROUNDS / 100, saved + " events were saved");
  }

  private static @Nullable Row row(Decoding decoding, byte[] bytes) {
    try {
      return decoding.decode(bytes).row();
    } catch (DecodeException e) {
      return null;
    } catch (RuntimeException e) {
      throw new AssertionError("failed on " + Arrays.toString(bytes), e);
    }
  }

  private void assertKept(JsonNode sent, Row row, String shown) throws IOException {
    JsonNode extra = mapper.readTree(row.getString("extra"));
    assertPartOf(extra, sent, shown);
    boolean kept = false;
    for (Map.Entry<String, String> field : POINTERS.entrySet()) {
      Object value = row.getValue(field.getKey());
      boolean none =
          value == null
              || value.equals(Map.of())
              || (value instanceof Iterable<?> i && !i.iterator().hasNext());
      JsonNode node = parent(sent, field.getValue());
      if (none && !node.isMissingNode() && !node.isNull() && !isEmpty(node)) {
        assertEquals(node, parent(extra, field.getValue()), shown);
        kept = true;
      }
    }
    assertTrue(kept, shown);
  }

  /** The node at a pointer, or the value above it that is not the object it should be. */
  private static JsonNode parent(JsonNode tree, String pointer) {
    JsonNode node = tree;
    for (String key : pointer.substring(1).split("/", -1)) {
      if (!node.isObject() && !node.isMissingNode()) {
        return node;
      }
      node = node.path(key);
    }
    return node;
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isContainerNode() && node.isEmpty();
  }

  private static void assertPartOf(JsonNode part, JsonNode whole, String shown) {
    assertNotNull(whole, shown);
    if (part.equals(whole)) {
      return;
    }
    if (part.isObject()) {
      part.properties().forEach(f -> assertPartOf(f.getValue(), whole.get(f.getKey()), shown));
    } else if (part.isArray()) {
      for (int i = 0; i < part.size(); i++) {
        assertPartOf(part.get(i), whole.get(i), shown);
      }
    } else {
      assertEquals(whole, part, shown);
    }
  }
}
