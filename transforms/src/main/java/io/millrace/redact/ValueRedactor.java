package io.millrace.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.Redaction.Rule;
import io.millrace.decode.DecodeException;
import io.millrace.event.Utf8Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Redacts the values of rows by their declared types. Not thread-safe. */
final class ValueRedactor {
  private static final String NULL = "null";

  private final TextPatterns patterns;
  private final JsonEditor json;

  ValueRedactor(TextPatterns patterns) {
    this.patterns = patterns;
    this.json = new JsonEditor(patterns);
  }

  /**
   * Redacts a value.
   *
   * @param node the place of the value; null: no rule and no declaration is about it
   * @return what stands for the value, of the same type; null if it is removed
   */
  @Nullable Object redact(FieldDefinition field, Object value, @Nullable PathNode node) {
    TextAction action = node == null ? null : node.action();
    if (action != null) {
      return act(field, value, action);
    }
    return switch (field.type()) {
      case STRING -> text(value, node);
      case JSON, TEXT -> json(field, value, node);
      case MAP -> map(field, (Map<?, ?>) value, node);
      case ARRAY -> array(field, (List<?>) value, node == null ? null : node.any());
      case RECORD -> row(field, (Row) value, node);
      default -> value;
    };
  }

  private @Nullable Object act(FieldDefinition field, Object value, TextAction action) {
    if (action.removes()) {
      action.note();
      return null;
    }
    FieldDefinition items = field.items();
    switch (field.type()) {
      case MAP -> {
        Map<Object, Object> all = new LinkedHashMap<>();
        ((Map<?, ?>) value)
            .forEach(
                (key, one) ->
                    all.put(key, items == null ? texted(action, one) : one(items, one, action)));
        return all;
      }
      case ARRAY -> {
        List<Object> all = new ArrayList<>();
        ((List<?>) value).forEach(one -> all.add(items == null ? one : one(items, one, action)));
        return all;
      }
      case JSON -> {
        return jsonText(value, action);
      }
      case STRING, TEXT, IPV4, IPV6 -> {
        byte[] text = String.valueOf(value).getBytes(UTF_8);
        return new String(action.applyAs(field.type(), text, 0, text.length), UTF_8);
      }
      default -> {
        return value;
      }
    }
  }

  private Object one(FieldDefinition items, Object value, TextAction action) {
    Object result = act(items, value, action);
    return result == null ? value : result;
  }

  private static Object texted(TextAction action, Object value) {
    return action.apply(String.valueOf(value));
  }

  /** A JSON value as a whole becomes a JSON string. */
  private Object jsonText(Object value, TextAction action) {
    byte[] text = String.valueOf(value).getBytes(UTF_8);
    // A string is what it stands for; in an array, every value is edited in its place.
    byte[] list = new byte[text.length + 2];
    list[0] = '[';
    System.arraycopy(text, 0, list, 1, text.length);
    list[list.length - 1] = ']';
    PathNode each =
        PathNode.of(List.of(new PathNode.Entry(List.of(Rule.ANY), action, null, false)));
    try {
      byte[] edited = json.edit(list, 0, list.length, each).apply(list, 0, list.length);
      return new String(edited, 1, edited.length - 2, UTF_8);
    } catch (DecodeException e) {
      throw new IllegalStateException("a json field holds JSON", e);
    }
  }

  private Object text(Object value, @Nullable PathNode node) {
    if (patterns.isEmpty() || (value instanceof Utf8Slice slice && !patterns.mayMatch(slice))) {
      return value;
    }
    String text = value.toString();
    String result = patterns.apply(text, node != null && node.identifies());
    return result.equals(text) ? value : result;
  }

  private @Nullable Object json(FieldDefinition field, Object value, @Nullable PathNode node) {
    Utf8Slice slice = slice(value);
    int first = first(slice);
    TextAction below = below(node, first);
    if (below != null) {
      return act(field, value, below);
    }
    if (first == '{' || first == '[' || (first == '"' && !isText(field))) {
      try {
        return edited(slice, node);
      } catch (DecodeException e) {
        // A text that only begins like JSON
      }
    }
    return text(value, node);
  }

  private static int first(Utf8Slice slice) {
    return slice.length() == 0 ? 0 : slice.bytes()[slice.from()];
  }

  /** The rule about a place below, if a value that begins so has no such place. */
  private static @Nullable TextAction below(@Nullable PathNode node, int first) {
    boolean fits = first == '{' || (first == '[' && node != null && node.any() != null);
    return node == null || fits ? null : node.below();
  }

  private static boolean isText(FieldDefinition field) {
    return field.type() == FieldType.TEXT;
  }

  /** JSON with the replacements; the same slice if there are none. */
  Utf8Slice edited(Utf8Slice slice, @Nullable PathNode node) throws DecodeException {
    int to = slice.from() + slice.length();
    JsonEdits edits = json.edit(slice.bytes(), slice.from(), to, node);
    if (edits.count() == 0) {
      return slice;
    }
    byte[] bytes = edits.apply(slice.bytes(), slice.from(), to);
    return new Utf8Slice(bytes, 0, bytes.length);
  }

  static Utf8Slice slice(Object text) {
    if (text instanceof Utf8Slice slice) {
      return slice;
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    return new Utf8Slice(bytes, 0, bytes.length);
  }

  private Object map(FieldDefinition field, Map<?, ?> map, @Nullable PathNode node) {
    Map<Object, Object> all = new LinkedHashMap<>();
    Set<String> redacted = new HashSet<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      PathNode child = node == null ? null : node.child(key);
      Object value =
          field.items() == null
              ? mapText(entry.getValue(), child)
              : redact(field.items(), entry.getValue(), child);
      if (value != null) {
        String shown = patterns.isEmpty() ? key : patterns.apply(key, false);
        all.put(shown.equals(key) ? key : JsonEditor.distinct(shown, redacted), value);
      }
    }
    return all;
  }

  /** A value of a map without a declared type: a text, or the text of another JSON value. */
  @Nullable Object mapText(Object value, @Nullable PathNode node) {
    TextAction action = node == null ? null : node.action();
    // In a map of texts, JSON's null is this text, and a null has nothing to redact.
    boolean isNull = NULL.equals(value);
    if (action != null) {
      if (action.removes()) {
        action.note();
        return null;
      }
      return isNull ? value : texted(action, value);
    }
    Utf8Slice slice = slice(value);
    int first = first(slice);
    TextAction below = isNull ? null : below(node, first);
    if (below != null) {
      if (below.removes()) {
        below.note();
        return null;
      }
      return texted(below, value);
    }
    if (first == '{' || first == '[') {
      try {
        return edited(slice, node).toString();
      } catch (DecodeException e) {
        // A text that only begins like JSON
      }
    }
    return text(value, node);
  }

  private Object array(FieldDefinition field, List<?> list, @Nullable PathNode element) {
    FieldDefinition items = field.items();
    if (items == null) {
      return list;
    }
    List<Object> all = new ArrayList<>(list.size());
    for (Object value : list) {
      Object result = redact(items, value, element);
      if (result != null) {
        all.add(result instanceof Utf8Slice slice ? slice.toString() : result);
      }
    }
    return all;
  }

  private Object row(FieldDefinition field, Row row, @Nullable PathNode node) {
    @Nullable Object[] values = row.getValues().toArray();
    for (int i = 0; i < values.length; i++) {
      FieldDefinition inner = field.fields().get(i);
      Object value = values[i];
      if (value != null) {
        Object result = redact(inner, value, place(node, inner.path()));
        values[i] =
            result == null
                ? absent(inner)
                : result instanceof Utf8Slice slice ? slice.toString() : result;
      }
    }
    return Row.withSchema(row.getSchema()).attachValues(Arrays.asList(values));
  }

  /** What a removed value becomes. */
  static @Nullable Object absent(FieldDefinition field) {
    return switch (field.type()) {
      case MAP -> Map.of();
      case ARRAY -> List.of();
      default -> field.defaultValue();
    };
  }

  /** The place that keys lead to, or that of the object around it which a rule is about. */
  static @Nullable PathNode place(@Nullable PathNode from, List<String> keys) {
    PathNode node = from;
    for (String key : keys) {
      if (node == null || node.action() != null) {
        return node;
      }
      node = node.child(key);
    }
    return node;
  }
}
