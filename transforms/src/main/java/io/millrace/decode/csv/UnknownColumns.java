package io.millrace.decode.csv;

import io.millrace.contract.UnknownFields;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gathers the cells of one line whose columns the contract does not declare: as the text of a JSON
 * object of strings, or as a map. Not thread-safe.
 */
final class UnknownColumns {
  private static final int USUAL_BYTES = 256;
  private static final int MOST_KEPT = 1 << 16;

  private final boolean asMap;
  private RowBuffer json = new RowBuffer(USUAL_BYTES);
  private Map<String, String> map = Map.of();

  UnknownColumns(UnknownFields.Form form) {
    asMap = form == UnknownFields.Form.MAP;
  }

  /** Begins another line. */
  void clear() {
    if (json.size() > MOST_KEPT) {
      json = new RowBuffer(USUAL_BYTES);
    }
    json.clear();
    map = Map.of();
  }

  /** Keeps a cell's text. */
  void add(Columns columns, int column, byte[] bytes, int from, int to) {
    if (asMap) {
      if (map.isEmpty()) {
        map = new LinkedHashMap<>();
      }
      map.put(columns.name(column), new String(bytes, from, to - from, StandardCharsets.UTF_8));
      return;
    }
    json.writeByte(json.size() == 0 ? '{' : ',');
    byte[] name = columns.jsonName(column);
    json.writeRaw(name, 0, name.length);
    json.writeByte(':');
    CsvText.writeJson(bytes, from, to, json);
  }

  /** The value of the column for unknown fields. */
  Object result() {
    if (asMap) {
      return map;
    } else if (json.size() == 0) {
      return "";
    }
    json.writeByte('}');
    byte[] text = json.toByteArray();
    return new Utf8Slice(text, 0, text.length);
  }
}
