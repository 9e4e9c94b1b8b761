package io.millrace.decode.influx;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gathers what a point holds and its contract does not declare. A caller adds the measurement
 * first, then tags, then fields, then the timestamp.
 */
interface UnknownPoint {
  /** Begins another point. */
  void clear();

  void measurement(Point point);

  void tag(Point point, int i);

  void field(Point point, int i);

  void time(Point point);

  /** What becomes the column's value; an empty form if nothing was added. */
  Object result();

  /** The text of a JSON object: {@code {"measurement":"m","tags":{..},"fields":{..},"time":1}}. */
  final class AsJson implements UnknownPoint {
    private static final byte[] MEASUREMENT = bytes("\"measurement\":");
    private static final byte[] TAGS = bytes("\"tags\":{");
    private static final byte[] FIELDS = bytes("\"fields\":{");
    private static final byte[] TIME = bytes("\"time\":");
    private static final byte[] NONE = {};

    private final JsonWriter json = new JsonWriter();
    private byte[] section = NONE;

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void clear() {
      json.clear();
      section = NONE;
    }

    @Override
    public void measurement(Point point) {
      begin(MEASUREMENT);
      json.string(point.measurement());
    }

    @Override
    public void tag(Point point, int i) {
      begin(TAGS);
      json.member(point.tags, i);
    }

    @Override
    public void field(Point point, int i) {
      begin(FIELDS);
      json.member(point.fields, i);
    }

    @Override
    public void time(Point point) {
      begin(TIME);
      json.number(point.line, point.timeFrom, point.timeTo);
    }

    @SuppressWarnings("ReferenceEquality") // each section has its constant
    private void begin(byte[] next) {
      if (next == section) {
        json.raw(',');
        return;
      }
      endSection();
      json.raw(json.isEmpty() ? '{' : ',');
      json.raw(next);
      section = next;
    }

    private void endSection() {
      if (section.length > 0 && section[section.length - 1] == '{') {
        json.raw('}');
      }
    }

    @Override
    public Object result() {
      if (json.isEmpty()) {
        return "";
      }
      endSection();
      json.raw('}');
      return json.text();
    }
  }

  /** A map from dotted path, such as {@code tags.host}, to the value's text. */
  final class AsMap implements UnknownPoint {
    private Map<String, String> found = Map.of();

    @Override
    public void clear() {
      found = Map.of();
    }

    @Override
    public void measurement(Point point) {
      add("measurement", point.measurement());
    }

    @Override
    public void tag(Point point, int i) {
      add("tags." + point.tags.key(i), point.tags.value(i));
    }

    @Override
    public void field(Point point, int i) {
      add("fields." + point.fields.key(i), point.fields.text(i));
    }

    @Override
    public void time(Point point) {
      add("time", point.time());
    }

    private void add(String path, Object text) {
      if (found.isEmpty()) {
        found = new LinkedHashMap<>();
      }
      found.put(path, text.toString());
    }

    @Override
    public Object result() {
      return found;
    }
  }
}
