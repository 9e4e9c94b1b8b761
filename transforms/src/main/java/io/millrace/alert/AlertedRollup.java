package io.millrace.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contract.Alerts;
import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Rollup;
import io.millrace.event.RowValues;
import io.millrace.rollup.RollupRow;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * A roll-up with its alerts, compiled: keys of groups, bytes of results, and the rows of changes.
 * Times are in milliseconds since the epoch, UTC. Not thread-safe.
 */
final class AlertedRollup implements StoredResult.Form<RowValues> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema CHANGE = Alerts.schema();

  private final Rollup rollup;
  private final String alertTable;
  private final List<CompiledAlert> alerts;
  private final List<FieldDefinition> groups;
  private final int firstGroup;
  private final int start;
  private final int end;
  private final int events;
  private final RowCoder coder;
  private final long periodMillis;
  private final long keepTicks;

  private AlertedRollup(Contract contract, Rollup rollup) {
    this.rollup = rollup;
    this.alertTable = contract.alerts().table();
    this.alerts =
        contract.alerts().all().stream()
            .filter(alert -> alert.rollup().equals(rollup.table()))
            .map(alert -> new CompiledAlert(alert, rollup))
            .toList();
    this.groups = rollup.groupBy();
    Schema schema = rollup.schema();
    this.start = schema.indexOf(Rollup.WINDOW_START);
    this.end = schema.indexOf(Rollup.WINDOW_END);
    this.events = schema.indexOf(Rollup.EVENTS);
    this.firstGroup = groups.isEmpty() ? 0 : schema.indexOf(groups.get(0).name());
    this.coder = RowCoder.of(schema);
    this.periodMillis = rollup.window().period().toMillis();
    Contract.TimeBounds time = contract.time();
    Duration correctable = time.allowedLateness().plus(time.bucket());
    this.keepTicks = (correctable.toMillis() + periodMillis - 1) / periodMillis;
  }

  /** The roll-ups with alerts, by table. */
  static Map<String, AlertedRollup> byTable(Contract contract) {
    Map<String, AlertedRollup> byTable = new HashMap<>();
    for (Rollup rollup : contract.rollups()) {
      AlertedRollup alerted = new AlertedRollup(contract, rollup);
      if (!alerted.alerts.isEmpty()) {
        byTable.put(rollup.table(), alerted);
      }
    }
    return byTable;
  }

  /** The table in a {@link #key}. */
  static String tableIn(String key) {
    return key.substring(0, key.indexOf('['));
  }

  /** The key of the state: the table, and the values of the group as a JSON array. */
  String key(Row result) {
    return rollup.table() + groupKey(result);
  }

  private String groupKey(Row result) {
    List<Object> values = new ArrayList<>(groups.size());
    for (int i = 0; i < groups.size(); i++) {
      values.add(
          groups.get(i).type() == FieldType.UINT64
              ? text(groups.get(i), result.getValue(firstGroup + i))
              : result.getValue(firstGroup + i));
    }
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the group cannot be written as JSON", e);
    }
  }

  private static String text(FieldDefinition group, Object value) {
    return group.type() == FieldType.UINT64
        ? Long.toUnsignedString((Long) value)
        : String.valueOf(value);
  }

  byte[] bytes(Row result) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try {
      coder.encode(result, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public byte[] bytes(RowValues result) {
    return bytes(result.row());
  }

  @Override
  public RowValues result(byte[] bytes) {
    try {
      return RowValues.of(coder.decode(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<CompiledAlert> alerts() {
    return alerts;
  }

  GroupAlerts<RowValues> newGroup() {
    return new GroupAlerts<>(this, alerts, keepTicks);
  }

  /** The tick of a result's window: its end in periods. */
  long tick(RowValues result) {
    return tickAt(((Instant) result.get(end)).toEpochMilli());
  }

  long tickAt(long millis) {
    return Math.floorDiv(millis, periodMillis);
  }

  long millisOf(long tick) {
    return tick * periodMillis;
  }

  @Override
  public long events(RowValues result) {
    return (Long) result.get(events);
  }

  /** The row of a change for the table of the alerts. */
  RollupRow row(GroupAlerts.Given<RowValues> given, long judgedAtMillis) {
    CompiledAlert alert = (CompiledAlert) given.alert();
    AlertChange change = given.change();
    boolean fired =
        change.kind() == AlertChange.Kind.FIRING || change.kind() == AlertChange.Kind.RESOLVED;
    Row result = given.result().row();
    List<Object> values = new ArrayList<>(CHANGE.getFieldCount());
    values.add(alert.name());
    values.add(groupKey(result));
    values.add(change.kind().name().toLowerCase(Locale.ROOT));
    values.add(Instant.ofEpochMilli(millisOf(change.tick())));
    values.add(given.state().name().toLowerCase(Locale.ROOT));
    values.add(fired ? Instant.ofEpochMilli(millisOf(change.since())) : null);
    values.add(given.corrected());
    values.add(given.revoked());
    values.add(given.revision());
    values.add(result.getValue(start));
    values.add(result.getValue(end));
    values.add(labels(alert, given.result()));
    values.add(alert.summary(given.result()));
    values.add(Instant.ofEpochMilli(judgedAtMillis));
    return new RollupRow(alertTable, Row.withSchema(CHANGE).attachValues(values));
  }

  /** The group by the names of its fields, and the declared labels. */
  private Map<String, String> labels(CompiledAlert alert, RowValues result) {
    Map<String, String> labels = new TreeMap<>();
    for (int i = 0; i < groups.size(); i++) {
      labels.put(groups.get(i).name(), text(groups.get(i), result.get(firstGroup + i)));
    }
    labels.putAll(alert.labels(result));
    return labels;
  }
}
