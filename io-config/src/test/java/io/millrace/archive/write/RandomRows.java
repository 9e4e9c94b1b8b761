package io.millrace.archive.write;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.RowSchemas;
import io.millrace.event.Event;
import io.millrace.event.RowValues;
import io.millrace.event.SourceRecord;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Events with random values in every field: also the least and most, empty and null ones. */
final class RandomRows {
  private static final long LATEST_SECOND = 4_000_000_000L;
  private static final List<String> STATES = List.of("up", "do'wn");
  private static final int MOST_ELEMENTS = 4;

  private final Contract contract;
  private final Random random;
  private long offset;

  RandomRows(Contract contract, long seed) {
    this.contract = contract;
    this.random = new Random(seed);
  }

  /** Events of one day. */
  Event next() {
    @Nullable Object[] values =
        contract.rowFields().stream()
            .map(field -> field.nullable() && random.nextInt(5) == 0 ? null : value(field, true))
            .toArray();
    Instant time = (Instant) values[contract.indexOf(contract.eventTime())];
    SourceRecord origin =
        new SourceRecord(
            random.nextBoolean() ? "topic" : "töpic/2",
            random.nextInt(3),
            offset++,
            "key".getBytes(StandardCharsets.UTF_8),
            "value".getBytes(StandardCharsets.UTF_8),
            List.of(),
            random.nextLong(),
            random.nextLong());
    return new Event(
        RowValues.attach(contract.schema(), values),
        random.nextLong(),
        random.nextLong(),
        time.toEpochMilli(),
        random.nextBoolean() ? origin : origin.element(random.nextInt(7), 7, new byte[0]));
  }

  /**
   * A value.
   *
   * @param top whether it has a column of its own, and so one for extra digits of a time
   */
  private Object value(FieldDefinition field, boolean top) {
    return switch (field.type()) {
      case STRING, TEXT, JSON -> text();
      case UUID -> new UUID(random.nextLong(), random.nextLong()).toString();
      case IPV4 -> random.nextInt(256) + ".2.3." + random.nextInt(256);
      case IPV6 -> "2001:db8::" + (1 + random.nextInt(9));
      case ENUM ->
          field.enumValues().contains("up")
              ? STATES.get(random.nextInt(2))
              : random.nextBoolean() ? "far" : "near";
      case INT32 -> random.nextInt(4) == 0 ? Integer.MIN_VALUE : random.nextInt();
      case INT64, UINT64 -> random.nextInt(4) == 0 ? Long.MIN_VALUE : random.nextLong();
      case FLOAT32 -> random.nextInt(4) == 0 ? -0.0f : random.nextFloat();
      case FLOAT64 -> random.nextInt(4) == 0 ? Double.MIN_VALUE : random.nextDouble();
      case BOOLEAN -> random.nextBoolean();
      case DECIMAL -> decimal(field.precision(), field.scale());
      case TIMESTAMP -> time(field, top && field.hasExtraDigits());
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(MOST_ELEMENTS); i > 0; i--) {
          list.add(value(field.items(), false));
        }
        yield list;
      }
      case MAP -> {
        Map<String, Object> map = new LinkedHashMap<>();
        FieldDefinition items = field.items();
        for (int i = random.nextInt(MOST_ELEMENTS); i > 0; i--) {
          map.put(text() + i, items == null ? text() : value(items, false));
        }
        yield map;
      }
      case RECORD -> {
        @Nullable Object[] values =
            field.fields().stream()
                .map(
                    child ->
                        child.nullable() && random.nextInt(3) == 0 ? null : value(child, false))
                .toArray();
        yield Row.withSchema(RowSchemas.of(field.fields())).attachValues(Arrays.asList(values));
      }
    };
  }

  private String text() {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> "same";
      case 2 -> "\"ü€𝄞\"\n\0" + random.nextInt();
      default -> "x".repeat(random.nextInt(50));
    };
  }

  private BigDecimal decimal(int precision, int scale) {
    BigInteger most = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
    BigInteger number =
        random.nextInt(4) == 0 ? most : new BigInteger(most.bitLength() - 1, random);
    return new BigDecimal(random.nextBoolean() ? number : number.negate(), scale);
  }

  /** With the digits of the column, and more where the column has another one for them. */
  private Instant time(FieldDefinition field, boolean extra) {
    if (field.name().equals(contract.eventTime())) {
      return Instant.parse("2026-03-01T00:00:00Z")
          .plusMillis(random.nextInt(86_400_000))
          .plusNanos(extra ? random.nextInt(1_000_000) : 0);
    }
    long nanos = random.nextInt(1_000_000_000);
    long unit = field.digits() == 3 ? 1_000_000 : field.digits() == 6 ? 1_000 : 1;
    return Instant.ofEpochSecond(
        random.nextLong(-LATEST_SECOND, LATEST_SECOND), extra ? nanos : nanos / unit * unit);
  }
}
