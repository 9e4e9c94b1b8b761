package io.millrace.contract.yaml;

import io.millrace.contract.EventsInRecord;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where the value of a field is: keys joined by dots, or a list of keys. In a record that holds
 * many events, a path that begins with {@code $} begins at the record, and passes through the
 * arrays around the events by their keys and {@code []}.
 *
 * @param keys from the object that the path begins in
 * @param above how many levels that object is above the event
 */
record FieldPath(List<String> keys, int above) {
  static final FieldPath NONE = new FieldPath(List.of(), 0);

  private static final String RECORD = "$";
  private static final String ELEMENTS = "[]";

  /**
   * Reads a path.
   *
   * @param name the name of the field, which is its path by default
   * @param events how a record holds many events; null: a record is one event
   */
  static FieldPath of(YamlNode node, String name, @Nullable EventsInRecord events) {
    List<String> path = node.isPresent() ? keys(node) : List.of(name);
    if (path.isEmpty()) {
      return new FieldPath(List.of(name), 0);
    }
    return path.get(0).equals(RECORD) && events != null && !events.arrays().isEmpty()
        ? above(node, path, events.arrays())
        : new FieldPath(path, 0);
  }

  private static FieldPath above(YamlNode node, List<String> path, List<List<String>> arrays) {
    List<String> keys = new ArrayList<>();
    int level = 0;
    for (String key : path.subList(1, path.size())) {
      if (!key.endsWith(ELEMENTS)) {
        keys.add(key);
        continue;
      }
      keys.add(key.substring(0, key.length() - ELEMENTS.length()));
      if (level == arrays.size() || !keys.equals(arrays.get(level))) {
        node.problem("expected only arrays of `events.path` before []");
        return new FieldPath(path, 0);
      }
      level++;
      keys.clear();
    }
    if (level == arrays.size()) {
      node.problem("expected the path from the event, without `$`, for a value in the event");
    } else if (keys.isEmpty()) {
      node.problem("expected a key after `" + path.get(path.size() - 1) + "`");
    } else if (startsWith(keys, arrays.get(level)) || startsWith(arrays.get(level), keys)) {
      node.problem("expected a value outside of the array that `events.path` names");
    }
    return new FieldPath(List.copyOf(keys), arrays.size() - level);
  }

  private static boolean startsWith(List<String> path, List<String> start) {
    return path.size() >= start.size() && path.subList(0, start.size()).equals(start);
  }

  /**
   * Reads the arrays around the events of a record: {@code metrics}, {@code a.b[].c}, or {@code $}
   * for a record that is an array itself.
   */
  static List<List<String>> arrays(YamlNode node) {
    List<List<String>> arrays = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    List<String> path = keys(node);
    for (int i = 0; i < path.size(); i++) {
      String key = path.get(i);
      boolean elements = key.endsWith(ELEMENTS);
      String bare = elements ? key.substring(0, key.length() - ELEMENTS.length()) : key;
      if (bare.isEmpty() || (bare.equals(RECORD) && i > 0)) {
        if (!key.isEmpty()) {
          node.problem("expected keys joined by dots, such as metrics or groups[].metrics");
        }
        return List.of(List.of(""));
      }
      if (!bare.equals(RECORD)) {
        keys.add(bare);
      }
      if (elements) {
        arrays.add(List.copyOf(keys));
        keys.clear();
      }
    }
    if (!keys.isEmpty() || arrays.isEmpty()) {
      arrays.add(List.copyOf(keys));
    }
    return List.copyOf(arrays);
  }

  private static List<String> keys(YamlNode node) {
    // A list allows keys that contain a dot.
    if (!node.isString()) {
      List<String> keys = List.copyOf(node.strings());
      if (keys.isEmpty()) {
        node.problem("expected at least one key");
      }
      return keys;
    }
    List<String> path = List.of(node.raw().textValue().split("\\.", -1));
    if (path.stream().anyMatch(String::isEmpty)) {
      node.problem("expected keys joined by dots, such as metadata.user_id");
    }
    return path;
  }
}
