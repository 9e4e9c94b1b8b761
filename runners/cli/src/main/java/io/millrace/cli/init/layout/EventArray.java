package io.millrace.cli.init.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.init.guess.ColumnNames;
import io.millrace.cli.init.guess.GuessType;
import io.millrace.cli.init.guess.ValueProfile;
import io.millrace.contract.FieldType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds the array that holds the events of a record. An array of objects is one if its objects have
 * times and the record has none of its own, or if the array has a usual name for events.
 */
final class EventArray {
  private static final Set<String> USUAL =
      Set.of(
          "records",
          "events",
          "batch",
          "metrics",
          "logevents",
          "entries",
          "messages",
          "items",
          "logs",
          "data",
          "results",
          "hits",
          "value",
          "values");

  private static final int DEEPEST = 2;

  private EventArray() {}

  /** The path of the array; empty: the record itself is the array; null: there is none. */
  static @Nullable List<String> of(List<JsonNode> records) {
    if (records.stream().allMatch(record -> record.isArray())) {
      return List.of();
    }
    Map<List<String>, Integer> found = new LinkedHashMap<>();
    for (JsonNode record : records) {
      collect(record, new ArrayList<>(), found);
    }
    for (Map.Entry<List<String>, Integer> candidate : found.entrySet()) {
      // An array that is sometimes absent belongs to an event.
      if (candidate.getValue() * 10 >= records.size() * 9
          && isPlain(candidate.getKey())
          && holdsEvents(records, candidate.getKey())) {
        return candidate.getKey();
      }
    }
    return null;
  }

  private static boolean isPlain(List<String> path) {
    return path.stream().allMatch(ColumnNames::isPlain);
  }

  private static void collect(JsonNode node, List<String> path, Map<List<String>, Integer> found) {
    node.fields()
        .forEachRemaining(
            entry -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(entry.getKey());
              JsonNode value = entry.getValue();
              if (isArrayOfObjects(value)) {
                found.merge(longer, 1, Integer::sum);
              } else if (value.isObject() && longer.size() < DEEPEST) {
                collect(value, longer, found);
              }
            });
  }

  private static boolean isArrayOfObjects(JsonNode value) {
    if (!value.isArray() || value.isEmpty()) {
      return false;
    }
    for (JsonNode element : value) {
      if (!element.isObject()) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsEvents(List<JsonNode> records, List<String> path) {
    boolean own = false;
    for (JsonNode record : records) {
      for (ObjectNode element : elements(record, path)) {
        if (!hasTime(element)) {
          return false;
        }
      }
      own |= hasTime(record);
    }
    String name = path.get(path.size() - 1).toLowerCase(Locale.ROOT);
    return !own || USUAL.contains(name);
  }

  /** Whether an object, or an object in it, has a time. */
  private static boolean hasTime(JsonNode object) {
    ValueProfile profile = new ValueProfile();
    profile.add(object);
    return hasTime(profile, 0);
  }

  private static boolean hasTime(ValueProfile object, int depth) {
    return object.children().entrySet().stream()
        .anyMatch(
            child ->
                child.getValue().kinds().contains(ValueProfile.Kind.OBJECT)
                    ? depth < 1 && hasTime(child.getValue(), depth + 1)
                    : child.getValue().present() > 0
                        && new GuessType(false).of(child.getKey(), child.getValue()).type()
                            == FieldType.TIMESTAMP);
  }

  /** The objects in the array of a record. */
  static List<ObjectNode> elements(JsonNode record, List<String> path) {
    JsonNode node = record;
    for (String key : path) {
      node = node.path(key);
    }
    List<ObjectNode> elements = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(
          element -> {
            if (element instanceof ObjectNode object) {
              elements.add(object);
            }
          });
    }
    return elements;
  }
}
