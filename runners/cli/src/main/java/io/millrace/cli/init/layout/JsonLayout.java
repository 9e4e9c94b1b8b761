package io.millrace.cli.init.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.init.guess.SampledEvent;
import io.millrace.cli.init.guess.YamlText;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** How records of JSON hold events. */
final class JsonLayout {
  private JsonLayout() {}

  /**
   * The layout of records.
   *
   * @param records some may be no JSON
   * @param isWhole see {@link Layout#isWhole}
   * @return null if no record is an object, or an array of objects
   */
  static @Nullable Layout of(List<byte[]> records, boolean isWhole, List<String> notes) {
    List<JsonNode> parsed = new ArrayList<>();
    for (byte[] record : records) {
      JsonNode container = JsonText.container(record);
      if (container != null) {
        parsed.add(container);
      }
    }
    if (parsed.isEmpty()) {
      return null;
    }
    List<String> all = new ArrayList<>(notes);
    String shipped = ShippedText.forJson(parsed, records);
    if (shipped != null) {
      return new Layout("", "", List.of(), "", records, List.of(), shipped, isWhole, all);
    }
    List<String> array = EventArray.of(parsed);
    List<SampledEvent> events = new ArrayList<>();
    for (JsonNode record : parsed) {
      if (array == null) {
        if (record instanceof ObjectNode event) {
          events.add(new SampledEvent(event, null));
        }
      } else {
        ObjectNode around = record instanceof ObjectNode object ? object : null;
        EventArray.elements(record, array)
            .forEach(event -> events.add(new SampledEvent(event, around)));
      }
    }
    if (events.isEmpty()) {
      return null;
    }
    String where = array == null ? "" : array.isEmpty() ? "$" : String.join(".", array);
    if (array != null) {
      all.add(
          "each record holds many events%s: check `events`"
              .formatted(array.isEmpty() ? ", in an array" : " in the array `" + where + "`"));
    }
    return new Layout(
        "",
        where.isEmpty() ? "" : "{path: " + YamlText.of(where) + "}",
        array == null ? List.of() : array,
        "",
        records,
        List.copyOf(events),
        null,
        isWhole,
        all);
  }

  /** The layout of records that each hold several lines of JSON; null if they do not. */
  static @Nullable Layout ofLines(List<byte[]> records, List<byte[]> lines, List<String> notes) {
    List<SampledEvent> events = new ArrayList<>();
    for (byte[] line : lines) {
      if (JsonText.container(line) instanceof ObjectNode event) {
        events.add(new SampledEvent(event, null));
      }
    }
    return events.size() * 2 < lines.size() || events.isEmpty()
        ? null
        : new Layout("", "lines", List.of(), "", records, List.copyOf(events), null, false, notes);
  }
}
