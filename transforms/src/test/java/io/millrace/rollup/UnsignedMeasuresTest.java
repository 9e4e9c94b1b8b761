package io.millrace.rollup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldType;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.RowValues;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

/** Measures and groups of unsigned integers, floats of 32 bits, addresses and enums. */
class UnsignedMeasuresTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          fields:
            at: {type: timestamp, required: true}
            u: {type: uint64}
            f: {type: float32}
            key: {type: uint64, required: true}
            v4: {type: ipv4, required: true}
            v6: {type: ipv6, required: true}
            e: {type: enum, values: {a: -5, b: 7}, required: true}
          event_time: {field: at}
          identity: [key, at]
          unknown_fields: {column: extra, as: json}
          tables: {normal: {name: small}}
          rollups:
            figures:
              window: {fixed: 1m}
              group_by: [key, v4, v6, e]
              where: {field: e, in: [a]}
              measures:
                sum_u: {type: sum, field: u}
                mean_u: {type: mean, field: u}
                least_u: {type: min, field: u}
                most_u: {type: max, field: u}
                q_u: {type: quantiles, field: u, at: [1]}
                distinct_u: {type: distinct, field: u}
                sum_f: {type: sum, field: f}
                mean_f: {type: mean, field: f}
                least_f: {type: min, field: f}
                q_f: {type: quantiles, field: f, at: [0.5]}
                distinct_f: {type: distinct, field: f}
                distinct_v6: {type: distinct, field: v6}
          """,
          "small.yaml");

  private static final CompiledRollup ROLLUP = CompiledRollup.all(CONTRACT)[0];

  private static RowValues row(@Nullable Long u, @Nullable Float f, String value) {
    return RowValues.attach(
        CONTRACT.schema(),
        new Object[] {
          Instant.EPOCH, u, f, -1L, "255.255.255.255", "::1", value, Instant.EPOCH, null, ""
        });
  }

  private static List<Object> results(Cell cell) {
    List<Object> values = new ArrayList<>();
    ROLLUP.newCell().fromBytes(cell.toBytes()).results(values);
    return values;
  }

  private static Cell cell(Long... values) {
    Cell cell = ROLLUP.newCell();
    for (Long value : values) {
      cell.add(row(value, null, "a"));
    }
    return cell;
  }

  @Test
  void theColumns() {
    List<FieldType> types = columnTypes();
    assertEquals(
        List.of(
            FieldType.UINT64,
            FieldType.IPV4,
            FieldType.IPV6,
            FieldType.ENUM,
            FieldType.UINT64,
            FieldType.FLOAT64,
            FieldType.UINT64,
            FieldType.UINT64,
            FieldType.FLOAT64,
            FieldType.INT64,
            FieldType.FLOAT64,
            FieldType.FLOAT64,
            FieldType.FLOAT32),
        types.subList(2, 15));
    assertEquals(-5, CONTRACT.rollups().get(0).columns().get(5).enumValues().number("a"));
  }

  private static List<FieldType> columnTypes() {
    return CONTRACT.rollups().get(0).columns().stream().map(c -> c.type()).toList();
  }

  @Test
  void unsignedValuesAreComparedAndAddedWithoutASign() {
    List<Object> results = results(cell(1L, Long.MIN_VALUE, 2L, null));
    assertEquals(Long.MIN_VALUE + 3, results.get(0));
    assertEquals((0x1p63 + 3) / 3, (double) results.get(1), 1e4);
    assertEquals(1L, results.get(2));
    assertEquals(Long.MIN_VALUE, results.get(3));
    assertEquals(0x1p63, (double) results.get(4), 0x1p63 * 0.005);
    assertEquals(3L, results.get(5));
  }

  @Test
  void aSumBeyondItsColumnIsTheLargestValue() {
    assertEquals(-1L, results(cell(-1L, 1L)).get(0));
    assertEquals(-1L, results(cell(Long.MAX_VALUE, Long.MAX_VALUE, 1L)).get(0));
    assertEquals(-1L, results(cell(-1L, -1L, -1L)).get(0));
    assertEquals(0L, results(cell()).get(0));
  }

  @Test
  void anySumsAreExactAndMerge() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      Cell left = ROLLUP.newCell();
      Cell right = ROLLUP.newCell();
      BigInteger sum = BigInteger.ZERO;
      BigInteger most = BigInteger.ZERO;
      for (int i = random.nextInt(5); i >= 0; i--) {
        long bits = random.nextLong() >>> random.nextInt(4);
        BigInteger value = new BigInteger(Long.toUnsignedString(bits));
        sum = sum.add(value);
        most = most.max(value);
        (random.nextBoolean() ? left : right).add(row(bits, null, "a"));
      }
      left.merge(ROLLUP.newCell().fromBytes(right.toBytes()));
      BigInteger limit = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
      assertEquals(sum.min(limit).longValue(), results(left).get(0));
      assertEquals(most.longValue(), results(left).get(3));
    }
  }

  @Test
  void floats() {
    Cell cell = ROLLUP.newCell();
    cell.add(row(null, 0.1f, "a"));
    cell.add(row(null, Float.MIN_VALUE, "a"));
    cell.add(row(null, -2f, "a"));
    List<Object> results = results(cell);
    assertEquals((double) 0.1f - 2 + Float.MIN_VALUE, results.get(6));
    assertEquals(-2f, results.get(8));
    assertEquals(3L, results.get(10));
  }

  @Test
  void aGroupComesBackAsItWas() {
    assertEquals(true, ROLLUP.counts(row(1L, null, "a")));
    assertEquals(false, ROLLUP.counts(row(1L, null, "b")));
    List<Object> group = ROLLUP.group(row(1L, null, "a"));
    List<Object> row =
        ROLLUP.row(CompiledRollup.groupText(group), 0, 60_000, cell(7L), false).row().getValues();
    assertEquals(List.of(-1L, "255.255.255.255", "::1", "a"), row.subList(2, 6));
    assertEquals(7L, row.get(6));
  }
}
