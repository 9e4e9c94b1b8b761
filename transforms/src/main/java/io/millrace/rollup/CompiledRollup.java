package io.millrace.rollup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import io.millrace.event.RowValues;
import io.millrace.expression.RowPredicate;
import io.millrace.rollup.measure.Accumulator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** A compiled roll-up of a contract. All times are in milliseconds since the epoch, UTC. */
final class CompiledRollup {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Rollup rollup;
  private final List<FieldDefinition> groups;
  private final int[] groupIndexes;
  private final RowPredicate[] where;
  private final List<Supplier<Accumulator>> measures;
  private final Schema schema;
  private final WindowStarts windows;
  private final long earlyMillis;
  private final int fingerprint;

  private CompiledRollup(Contract contract, Rollup rollup) {
    this.rollup = rollup;
    this.groups = rollup.groupBy();
    this.groupIndexes = groups.stream().mapToInt(f -> contract.indexOf(f.name())).toArray();
    this.where =
        rollup.where().stream()
            .map(condition -> RowPredicate.of(contract, condition))
            .toArray(RowPredicate[]::new);
    this.measures =
        rollup.measures().stream().map(measure -> Accumulator.of(contract, measure)).toList();
    this.schema = rollup.schema();
    this.windows = WindowStarts.of(rollup.window());
    this.earlyMillis = rollup.early() == null ? 0 : rollup.early().toMillis();
    this.fingerprint = RollupFingerprint.of(contract, rollup);
  }

  /** All roll-ups of a contract by the names of their tables. */
  static Map<String, CompiledRollup> byTable(Contract contract) {
    Map<String, CompiledRollup> byTable = new HashMap<>();
    for (CompiledRollup rollup : all(contract)) {
      byTable.put(rollup.table(), rollup);
    }
    return byTable;
  }

  /** The table name at the start of a text, which a {@link #groupText} follows. */
  static String tableIn(String tableAndGroup) {
    return tableAndGroup.substring(0, tableAndGroup.indexOf('['));
  }

  /** The {@link #groupText} after the table name of a text. */
  static String groupIn(String tableAndGroup) {
    return tableAndGroup.substring(tableAndGroup.indexOf('['));
  }

  /** All roll-ups of a contract, in order. */
  static CompiledRollup[] all(Contract contract) {
    return contract.rollups().stream()
        .map(rollup -> new CompiledRollup(contract, rollup))
        .toArray(CompiledRollup[]::new);
  }

  String table() {
    return rollup.table();
  }

  boolean sessions() {
    return rollup.window().kind() == RollupWindow.Kind.SESSION;
  }

  /** The length of a window; for a session, the gap that ends it. */
  long sizeMillis() {
    return windows.sizeMillis();
  }

  /** The windows that contain an instant; not for sessions. */
  WindowStarts windows() {
    return windows;
  }

  /** The interval between results of an open window; 0: no early results. */
  long earlyMillis() {
    return earlyMillis;
  }

  int fingerprint() {
    return fingerprint;
  }

  Schema schema() {
    return schema;
  }

  boolean counts(RowValues row) {
    for (RowPredicate test : where) {
      if (!test.test(row)) {
        return false;
      }
    }
    return true;
  }

  Cell newCell() {
    Accumulator[] accumulators = new Accumulator[measures.size()];
    for (int i = 0; i < accumulators.length; i++) {
      accumulators[i] = measures.get(i).get();
    }
    return new Cell(accumulators);
  }

  List<Object> group(RowValues row) {
    if (groupIndexes.length == 0) {
      return List.of();
    }
    Object[] values = new Object[groupIndexes.length];
    for (int i = 0; i < values.length; i++) {
      Object value = row.get(groupIndexes[i]);
      values[i] = value == null ? "" : value;
    }
    return Arrays.asList(values);
  }

  /** A group as a JSON array. */
  static String groupText(List<Object> group) {
    try {
      return JSON.writeValueAsString(group);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the group cannot be written as JSON", e);
    }
  }

  /** The result of a window and group. */
  RollupRow row(String groupText, long start, long end, Cell cell, boolean merged) {
    List<Object> values = new ArrayList<>(schema.getFieldCount());
    values.add(Instant.ofEpochMilli(start));
    values.add(Instant.ofEpochMilli(end));
    addGroup(groupText, values);
    cell.results(values);
    values.add(cell.events());
    if (sessions()) {
      values.add(merged);
    }
    return new RollupRow(table(), Row.withSchema(schema).attachValues(values));
  }

  private void addGroup(String text, List<Object> values) {
    JsonNode array;
    try {
      array = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the group is not JSON", e);
    }
    for (int i = 0; i < groups.size(); i++) {
      JsonNode value = array.get(i);
      values.add(
          switch (groups.get(i).type()) {
            case INT32 -> value.intValue();
            // Of a uint64, the group holds the bits.
            case INT64, UINT64 -> value.longValue();
            case BOOLEAN -> value.booleanValue();
            case STRING, TEXT, UUID, IPV4, IPV6, ENUM -> value.textValue();
            case FLOAT32, FLOAT64, DECIMAL, TIMESTAMP, JSON, MAP, ARRAY, RECORD ->
                throw new IllegalStateException(
                    "the group " + groups.get(i).name() + " has the type " + groups.get(i).type());
          });
    }
  }
}
