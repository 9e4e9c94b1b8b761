package io.millrace.bigquery.write;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.schema.BigQueryTypes;
import io.millrace.bigquery.schema.FixedTables;
import io.millrace.bigquery.schema.Origin;
import io.millrace.bigquery.schema.TableColumns;
import io.millrace.contract.ColumnDefinition;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TableDefinition;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.Event;
import io.millrace.event.Outcome;
import io.millrace.event.Packed;
import io.millrace.event.SourceRecord;
import io.millrace.event.SourceRecordCoder;
import io.millrace.rollup.RollupRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Converts rows to columns in the sent form of {@link BigQueryTypes}, and keeps the record for a
 * row that BigQuery may reject. Thread-safe.
 */
final class RowFormat implements Serializable {
  /** The only column of a rejected event: the encoded record in base64. */
  static final String RECORD = "record";

  /** The only column of a rejected roll-up row: its table. */
  static final String ROLLUP = "rollup";

  private static final int MICROSECONDS = 6;

  private final Packed<Contract> contract;
  private final Clock clock;
  private transient volatile @Nullable Map<String, Columns> tables;

  /** A table's columns and the outcome of its rows. */
  private record Columns(ColumnDefinition[] columns, @Nullable Outcome outcome) {
    static Columns of(TableDefinition table, @Nullable Outcome outcome) {
      return new Columns(TableColumns.of(table).toArray(ColumnDefinition[]::new), outcome);
    }
  }

  RowFormat(Contract contract, Clock clock) {
    this.contract = Packed.of(contract);
    this.clock = clock;
  }

  TableRow columns(RowToWrite row) {
    Object content = row.content();
    if (content instanceof DeadLetter letter) {
      return FixedTables.deadLetterRow(letter, clock.millis());
    }
    Columns table = tables().get(row.table());
    if (content instanceof Event event) {
      return columns(table, event.row())
          .set(Origin.NAME, Origin.value(event.origin(), table.outcome, clock.millis()));
    }
    return columns(table, ((RollupRow) content).row())
        .set(Origin.NAME, Origin.valueOfRollup(clock.millis()));
  }

  /** The data to keep of a row in case it is rejected: the record of an event. */
  static TableRow original(RowToWrite row) {
    TableRow original = new TableRow();
    if (row.content() instanceof Event event) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        SourceRecordCoder.of().encode(event.origin(), bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      original.set(RECORD, Base64.getEncoder().encodeToString(bytes.toByteArray()));
    } else if (row.content() instanceof RollupRow) {
      original.set(ROLLUP, row.table());
    }
    return original;
  }

  /** The record of a rejected row; null if it is not an event. */
  static @Nullable SourceRecord recordOf(TableRow original) {
    if (!(original.get(RECORD) instanceof String text)) {
      return null;
    }
    try {
      return SourceRecordCoder.of()
          .decode(new ByteArrayInputStream(Base64.getDecoder().decode(text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Columns> tables() {
    Map<String, Columns> known = tables;
    if (known == null) {
      Contract declared = contract.get();
      known = new HashMap<>();
      Contract.Tables named = declared.tables();
      for (TableDefinition accepted : named.accepted()) {
        known.put(accepted.name(), Columns.of(accepted, Outcome.ACCEPTED));
      }
      if (named.error() != null) {
        known.put(named.error().name(), Columns.of(named.error(), Outcome.ERROR));
      }
      known.put(named.late().name(), Columns.of(named.late(), Outcome.LATE));
      for (TableDefinition results : declared.resultTables()) {
        known.put(results.name(), Columns.of(results, null));
      }
      tables = known;
    }
    return known;
  }

  private static TableRow columns(Columns table, Row row) {
    TableRow columns = new TableRow();
    for (ColumnDefinition column : table.columns) {
      Object value = row.getValue(column.index());
      if (value != null) {
        columns.put(
            column.name(),
            column.hasExtraDigits()
                ? column.extraDigits((Instant) value)
                : sent(column.field(), value));
      }
    }
    return columns;
  }

  private static Object sent(FieldDefinition field, Object value) {
    return switch (field.type()) {
      case TIMESTAMP -> micros(field, (Instant) value);
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      case UINT64 -> Long.toUnsignedString((Long) value);
      case FLOAT32 -> ((Float) value).doubleValue();
      case MAP -> entries(field.items(), (Map<?, ?>) value);
      case ARRAY -> elements(field.items(), (Collection<?>) value);
      case RECORD -> record(field.fields(), (Row) value);
      case STRING, INT32, INT64, FLOAT64, BOOLEAN, UUID, IPV4, IPV6, ENUM, JSON, TEXT -> value;
    };
  }

  private static boolean isSentUnchanged(FieldType type) {
    return switch (type) {
      case STRING, INT32, INT64, FLOAT64, BOOLEAN, UUID, IPV4, IPV6, ENUM, JSON, TEXT -> true;
      case UINT64, FLOAT32, TIMESTAMP, DECIMAL, MAP, ARRAY, RECORD -> false;
    };
  }

  /** Microseconds since the epoch, truncated to the contract's digits. */
  private static long micros(FieldDefinition field, Instant time) {
    return field.digits() < MICROSECONDS
        ? Origin.micros(time.toEpochMilli())
        : time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  /**
   * The entries of a map.
   *
   * @param type of its values; null: texts
   */
  private static List<TableRow> entries(@Nullable FieldDefinition type, Map<?, ?> map) {
    List<TableRow> entries = new ArrayList<>(map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      entries.add(
          new TableRow()
              .set(BigQueryTypes.MAP_KEY, entry.getKey())
              .set(
                  BigQueryTypes.MAP_VALUE,
                  type == null ? entry.getValue() : sent(type, entry.getValue())));
    }
    return entries;
  }

  private static Object elements(FieldDefinition items, Collection<?> elements) {
    if (isSentUnchanged(items.type())) {
      return elements instanceof List ? elements : new ArrayList<>(elements);
    }
    List<Object> sent = new ArrayList<>(elements.size());
    for (Object element : elements) {
      sent.add(sent(items, element));
    }
    return sent;
  }

  private static TableRow record(List<FieldDefinition> fields, Row row) {
    TableRow record = new TableRow();
    for (int i = 0; i < fields.size(); i++) {
      Object value = row.getValue(i);
      if (value != null) {
        record.put(fields.get(i).name(), sent(fields.get(i), value));
      }
    }
    return record;
  }
}
