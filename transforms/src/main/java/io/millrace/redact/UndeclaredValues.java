package io.millrace.redact;

import io.millrace.decode.DecodeException;
import io.millrace.decode.json.JsonScan;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Redacts what a contract does not declare: the column for unknown fields in both forms, and the
 * objects around the events of a record. Not thread-safe.
 */
final class UndeclaredValues {
  private static final int EMPTY_OBJECT = 2;

  private final RedactionPlan plan;
  private final ValueRedactor values;

  // The events of one record share what is around them.
  private byte @Nullable [] latestAround;
  private byte @Nullable [] latestRedacted;

  UndeclaredValues(RedactionPlan plan, ValueRedactor values) {
    this.plan = plan;
    this.values = values;
  }

  /** The column for unknown fields. */
  Object column(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    try {
      Utf8Slice edited = values.edited(ValueRedactor.slice(value), plan.unknown());
      // Without fields, the column is empty as if there had been none.
      return edited.length() == EMPTY_OBJECT ? "" : edited;
    } catch (DecodeException e) {
      throw new IllegalStateException("the column of unknown fields holds JSON", e);
    }
  }

  private Map<Object, Object> map(Map<?, ?> map) {
    Map<Object, Object> all = new LinkedHashMap<>();
    Set<String> redacted = new HashSet<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      Object value = values.mapText(entry.getValue(), place(key));
      if (value != null) {
        String shown = plan.patterns().isEmpty() ? key : plan.patterns().apply(key, false);
        all.put(shown.equals(key) ? key : JsonEditor.distinct(shown, redacted), value);
      }
    }
    return all;
  }

  /** The place of a dotted path: {@code items[3].note}, {@code $.groups[].zone}. */
  private @Nullable PathNode place(String dotted) {
    PathNode node = plan.event();
    String rest = dotted;
    for (int level = plan.levelsAround() - 1; level >= 0; level--) {
      String start = plan.name(level) + ".";
      if (dotted.startsWith(start)) {
        node = plan.level(level);
        rest = dotted.substring(start.length());
        break;
      }
    }
    return DottedPlace.of(node, rest);
  }

  /** The header with the objects around an event: an array of them; null if it is no JSON. */
  byte @Nullable [] around(byte[] json) {
    if (json != latestAround) {
      latestRedacted = redactAround(json);
      latestAround = json;
    }
    return latestRedacted;
  }

  private byte @Nullable [] redactAround(byte[] json) {
    if (!JsonForm.isValid(json)) {
      return null;
    }
    RowBuffer out = new RowBuffer(json.length + 16);
    JsonScan scan = new JsonScan();
    scan.open(json, json.length);
    try {
      int at = scan.space(0);
      for (int level = 0; level < plan.levelsAround() && json[at] != ']'; level++) {
        int from = scan.space(at + 1);
        int to = scan.value(from);
        Utf8Slice object = values.edited(new Utf8Slice(json, from, to - from), plan.level(level));
        out.writeByte(level == 0 ? '[' : ',');
        out.writeRaw(object.bytes(), object.from(), object.length());
        at = scan.space(to);
      }
      out.writeByte(']');
      return out.toByteArray();
    } catch (DecodeException e) {
      return null;
    }
  }
}
