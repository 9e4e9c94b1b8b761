package io.millrace.archive.schema;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.event.RowValues;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds times that an archive cannot hold: a column is a 64-bit number of milliseconds,
 * microseconds or nanoseconds since the epoch. All other values of a row fit.
 */
public final class TimeRange {
  private final List<Check> checks = new ArrayList<>();

  /** A field of the row, and what finds its problem. */
  private record Check(int index, Finder finder) {}

  /** Finds the first problem of a value that is not null; null if there is none. */
  private interface Finder {
    @Nullable String problem(Object value);
  }

  /** Prepares for rows of a contract. */
  public TimeRange(Contract contract) {
    List<FieldDefinition> fields = contract.rowFields();
    for (int i = 0; i < fields.size(); i++) {
      Finder finder = finder(fields.get(i));
      if (finder != null) {
        checks.add(new Check(i, finder));
      }
    }
  }

  /** What is wrong with a row; null if an archive can hold it. */
  public @Nullable String problem(RowValues values) {
    for (int i = 0; i < checks.size(); i++) {
      Check check = checks.get(i);
      Object value = values.raw(check.index);
      String problem = value == null ? null : check.finder.problem(value);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static @Nullable Finder finder(FieldDefinition field) {
    return switch (field.type()) {
      case TIMESTAMP -> time(field);
      case ARRAY -> {
        Finder elements = finder(field.items());
        yield elements == null ? null : value -> first(elements, (Iterable<?>) value);
      }
      case MAP -> {
        FieldDefinition items = field.items();
        Finder entries = items == null ? null : finder(items);
        yield entries == null ? null : value -> first(entries, ((Map<?, ?>) value).values());
      }
      case RECORD -> record(field.fields());
      default -> null;
    };
  }

  private static @Nullable String first(Finder finder, Iterable<?> values) {
    for (Object value : values) {
      String problem = value == null ? null : finder.problem(value);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static @Nullable Finder record(List<FieldDefinition> fields) {
    List<Check> inside = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      Finder finder = finder(fields.get(i));
      if (finder != null) {
        inside.add(new Check(i, finder));
      }
    }
    if (inside.isEmpty()) {
      return null;
    }
    return value -> {
      for (Check check : inside) {
        Object field = ((Row) value).getValue(check.index);
        String problem = field == null ? null : check.finder.problem(field);
        if (problem != null) {
          return problem;
        }
      }
      return null;
    };
  }

  private static Finder time(FieldDefinition field) {
    if (field.type() != FieldType.TIMESTAMP) {
      throw new IllegalArgumentException(field.name());
    }
    long units =
        switch (ParquetTypes.unit(field.digits())) {
          case MILLIS -> ScalarWriter.MILLIS;
          case MICROS -> ScalarWriter.MICROS;
          case NANOS -> ScalarWriter.NANOS;
        };
    long most = Long.MAX_VALUE / units - 1;
    String problem =
        "column `%s`: a time outside of the years that a 64-bit number of %s digits can hold"
            .formatted(field.name(), field.digits());
    return value -> {
      long seconds = ((Instant) value).getEpochSecond();
      return seconds > most || seconds < -most ? problem : null;
    };
  }
}
