package io.millrace.rollup;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.RowValues;
import io.millrace.rollup.measure.QuantileAccumulator;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellTest {
  private static final Contract CONTRACT =
      ContractLoader.parse(
          """
          contract: small
          version: 1
          format: json
          fields:
            id: {type: string, required: true}
            count: {type: int64}
            price: {type: decimal, precision: 18, scale: 4}
            weight: {type: float64}
            fault: {type: text}
            at: {type: timestamp, required: true}
          event_time: {field: at}
          identity: [id, at]
          error: {field: fault, is: present}
          unknown_fields: {column: extra, as: json}
          tables:
            normal: {name: small, columns: [id, at, extra]}
            error: {name: small_errors, columns: [id, at, extra]}
            late: {name: small_late, columns: [id, at, extra]}
            dead_letters: {name: small_dead}
          rollups:
            figures:
              window: {fixed: 1m}
              measures:
                all: {type: count}
                priced: {type: count_if, field: price, is: present}
                rate: {type: error_rate}
                sum_count: {type: sum, field: count}
                sum_price: {type: sum, field: price}
                sum_weight: {type: sum, field: weight}
                mean_count: {type: mean, field: count}
                least: {type: min, field: weight}
                greatest: {type: max, field: price}
                last: {type: max, field: at}
                q: {type: quantiles, field: count, at: [0, 0.5, 0.95, 1]}
                ids: {type: distinct, field: id}
          """,
          "small.yaml");

  private static final CompiledRollup ROLLUP = CompiledRollup.all(CONTRACT)[0];

  private static RowValues row(
      String id,
      @Nullable Long count,
      @Nullable BigDecimal price,
      @Nullable Double weight,
      @Nullable String fault,
      long at) {
    return RowValues.attach(
        CONTRACT.schema(),
        new Object[] {id, count, price, weight, fault, Instant.ofEpochMilli(at), null, null, ""});
  }

  private static List<Object> results(Cell cell) {
    List<Object> values = new ArrayList<>();
    cell.results(values);
    return values;
  }

  private static Cell copy(Cell cell) {
    return ROLLUP.newCell().fromBytes(cell.toBytes());
  }

  /** Rows are split, stored and merged at random. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void doesNotDependOnTheOrder(long seed) {
    Random random = new Random(seed);
    List<RowValues> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      rows.add(
          row(
              "u" + random.nextInt(900),
              random.nextInt(9) == 0 ? null : (long) (Math.exp(random.nextGaussian() * 3) * 100),
              random.nextInt(5) == 0 ? null : BigDecimal.valueOf(random.nextInt(100_000), 4),
              // Sums of these doubles are exact, so they must be equal.
              (double) random.nextInt(1000),
              random.nextInt(10) == 0 ? "fault" : null,
              random.nextInt(60_000)));
    }
    Cell inOrder = ROLLUP.newCell();
    rows.forEach(inOrder::add);

    Collections.shuffle(rows, random);
    Cell[] parts = new Cell[7];
    Arrays.setAll(parts, i -> ROLLUP.newCell());
    rows.forEach(row -> parts[random.nextInt(parts.length)].add(row));
    Cell merged = ROLLUP.newCell();
    for (Cell part : parts) {
      merged.merge(copy(part));
      merged = copy(merged);
    }
    assertThat(results(merged), equalTo(results(inOrder)));
    assertThat(merged.events(), is(2000L));
  }

  @Test
  void quantilesAndDistinctCountsMeetTheirAccuracy() {
    Random random = new Random(7);
    List<Long> values = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Cell cell = ROLLUP.newCell();
    for (int i = 0; i < 50_000; i++) {
      long value = (long) (Math.exp(random.nextGaussian() * 2) * 1000);
      String id = "user-" + random.nextInt(30_000);
      values.add(value);
      ids.add(id);
      cell.add(row(id, value, null, null, null, 0));
    }
    Collections.sort(values);
    List<Object> results = results(cell);
    double[] at = {0, 0.5, 0.95, 1};
    for (int i = 0; i < at.length; i++) {
      double exact = values.get((int) Math.floor(at[i] * (values.size() - 1)));
      assertThat((Double) results.get(10 + i), closeTo(exact, 0.00501 * exact));
    }
    double distinct = ((Long) results.get(14)).doubleValue();
    assertThat(distinct, closeTo(ids.size(), 3 * 0.0115 * ids.size()));
  }

  @Test
  void fewDistinctValuesAreCountedExactly() {
    Cell cell = ROLLUP.newCell();
    for (int i = 0; i < 600; i++) {
      cell.add(row("user-" + i % 300, null, null, null, null, 0));
    }
    assertThat(results(cell).get(14), is(300L));
  }

  @Test
  void anEmptyCellHasZerosAndNulls() {
    Cell cell = ROLLUP.newCell();
    cell.add(row("", null, null, null, null, 5));
    List<Object> results = results(cell);
    assertThat(
        results.subList(0, 6),
        equalTo(Arrays.asList(1L, 0L, 0.0, 0L, BigDecimal.valueOf(0, 0), 0.0)));
    for (int i = 6; i < 9; i++) {
      assertThat(results.get(i), nullValue());
    }
    assertThat(results.get(10), nullValue());
    assertThat("the empty text is a value", results.get(14), is(1L));
  }

  /** A sum outside of the column's range is limited, and exact again when it returns. */
  @Test
  void sumsDoNotOverflow() {
    Cell cell = ROLLUP.newCell();
    cell.add(row("a", Long.MAX_VALUE, null, null, null, 0));
    cell.add(row("b", Long.MAX_VALUE, null, null, null, 0));
    assertThat(results(cell).get(3), is(Long.MAX_VALUE));
    Cell other = ROLLUP.newCell();
    other.add(row("c", -Long.MAX_VALUE, null, null, null, 0));
    other.add(row("d", -7L, null, null, null, 0));
    cell.merge(copy(other));
    assertThat(results(copy(cell)).get(3), is(Long.MAX_VALUE - 7));
    assertThat((Double) results(cell).get(6), closeTo((Long.MAX_VALUE - 7) / 4.0, 1e6));
  }

  @Test
  void negativeValuesHaveQuantiles() {
    Cell cell = ROLLUP.newCell();
    for (long value = -100; value <= 100; value++) {
      cell.add(row("a", value, null, null, null, 0));
    }
    List<Object> results = results(cell);
    assertThat((Double) results.get(10), closeTo(-100, 0.501));
    assertThat((Double) results.get(11), closeTo(0, 0.0001));
    assertThat((Double) results.get(13), closeTo(100, 0.501));
  }

  @Test
  void acceptsTheLargestDoubles() {
    Cell cell = ROLLUP.newCell();
    cell.add(row("a", 1L, null, Double.MAX_VALUE, null, 0));
    cell.add(row("b", 1L, null, Double.MAX_VALUE, null, 0));
    assertThat(results(copy(cell)).get(5), is(Double.POSITIVE_INFINITY));
    QuantileAccumulator sketch =
        new QuantileAccumulator(CONTRACT.indexOf("weight"), new double[] {0, 1});
    sketch.add(row("a", null, null, Double.MAX_VALUE, null, 0));
    sketch.add(row("a", null, null, -Double.MAX_VALUE, null, 0));
    List<Object> values = new ArrayList<>();
    sketch.results(values);
    assertThat((Double) values.get(0), closeTo(-Double.MAX_VALUE, 0.01 * Double.MAX_VALUE));
    assertThat((Double) values.get(1), closeTo(Double.MAX_VALUE, 0.01 * Double.MAX_VALUE));
  }
}
