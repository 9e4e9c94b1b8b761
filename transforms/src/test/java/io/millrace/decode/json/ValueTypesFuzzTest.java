package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.IpText;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Values changed at random: decoding fails in no other way than by {@link DecodeException}, and
 * what it accepts is what a tree parser finds.
 */
class ValueTypesFuzzTest {
  private static final int ROUNDS = 60_000;

  private static final Set<String> VALUES = Set.of("up", "down", "u");

  private final Decoding decoding =
      Decoding.of(
          "json",
          "u: {type: uint64}",
          "f: {type: float32}",
          "v4: {type: ipv4}",
          "v6: {type: ipv6}",
          "e: {type: enum, values: [up, down, u]}",
          "m: {type: map, values: uint64}",
          "g: {type: array, items: {type: array, items: {type: float32}}}");

  private final ObjectMapper tree = new ObjectMapper();

  private final Random random = new Random(20260302);

  private String valid() {
    String address = Integer.toHexString(random.nextInt(1 << 16));
    return ",\"u\":%s,\"f\":%s,\"v4\":\"%d.0.%d.255\",\"v6\":\"%s::%s:1\",\"e\":\"%s\",\"m\":{\"a\":%s,\"b\":0},\"g\":[[%s,1],[],[-2]]"
        .formatted(
            Long.toUnsignedString(random.nextLong()),
            random.nextFloat() * Math.pow(10, random.nextInt(80) - 45),
            random.nextInt(256),
            random.nextInt(256),
            address,
            random.nextBoolean() ? "0" : address,
            random.nextBoolean() ? "up" : "down",
            Long.toUnsignedString(random.nextLong()),
            random.nextFloat());
  }

  @Test
  void mutatedValues() throws Exception {
    Map<DeadLetterCode, Integer> codes = new EnumMap<>(DeadLetterCode.class);
    int accepted = 0;
    byte[] event = {};
    for (int round = 0; round < ROUNDS; round++) {
      if (round % 20 == 0) {
        event = Decoding.utf8(Decoding.event(valid()));
        assertSame(event, decoding.event(event).row());
      }
      byte[] mutant = FuzzTest.mutate(event, random);
      Row row;
      try {
        row = decoding.decode(mutant).row();
      } catch (DecodeException e) {
        codes.merge(e.code(), 1, Integer::sum);
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
            DeadLetterCode.WRONG_TYPE,
            DeadLetterCode.NUMBER_OVERFLOW,
            DeadLetterCode.UNKNOWN_VALUE)) {
      assertTrue(codes.getOrDefault(code, 0) > 0, code + " never came: " + codes);
    }
  }

  private void assertSame(byte[] json, Row row) throws IOException {
    String shown = new String(json, StandardCharsets.UTF_8);
    JsonNode event = tree.readTree(json);
    assertEquals(unsigned(event.path("u")), row.getInt64("u"), shown);
    assertReal(event.path("f"), row.getFloat("f"), shown);
    assertEquals(text(event.path("v4")), row.getString("v4"), shown);
    String v6 = text(event.path("v6"));
    assertEquals(v6 == null ? null : IpText.ipv6(v6), row.getString("v6"), shown);
    assertEquals(text(event.path("e")), row.getString("e"), shown);
    assertTrue(row.getString("e") == null || VALUES.contains(row.getString("e")), shown);
    Map<String, Object> map = new HashMap<>();
    event.path("m").fields().forEachRemaining(e -> map.put(e.getKey(), unsigned(e.getValue())));
    assertEquals(map, row.getMap("m"), shown);
    List<List<Float>> grid = List.copyOf(row.<List<Float>>getArray("g"));
    assertEquals(event.path("g").size(), grid.size(), shown);
    for (int i = 0; i < grid.size(); i++) {
      assertEquals(event.get("g").get(i).size(), grid.get(i).size(), shown);
      for (int j = 0; j < grid.get(i).size(); j++) {
        assertReal(event.get("g").get(i).get(j), grid.get(i).get(j), shown);
      }
    }
  }

  /** The tree holds a double, which was rounded once before it becomes a float. */
  private static void assertReal(JsonNode node, @Nullable Float found, String shown) {
    assertEquals(node.isNumber(), found != null, shown);
    if (found != null) {
      assertEquals((float) node.doubleValue(), found, Math.ulp(found), shown);
    }
  }

  private static @Nullable Long unsigned(JsonNode node) {
    return node.isIntegralNumber()
        ? (Long) Long.parseUnsignedLong(node.bigIntegerValue().toString())
        : null;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }
}
