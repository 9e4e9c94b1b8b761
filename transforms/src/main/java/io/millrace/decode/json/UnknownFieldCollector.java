package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.decode.DecodeException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Gathers the fields of one event that its contract does not declare. */
interface UnknownFieldCollector {
  /** Begins another event. */
  void clear();

  /** Keeps the key that is the input's current token, and the value behind it. */
  void add(JsonInput in, String key, JsonLocation location) throws IOException, DecodeException;

  /** The current element of the innermost array has ended. */
  default void elementEnds(JsonLocation location) {}

  /** The innermost declared object or array has ended. */
  default void ends(JsonLocation location) {}

  /** What becomes the column's value; an empty form if there was none. */
  @Nullable Object result();

  /**
   * Unknown fields as a map from dotted path to decoded string or JSON text, in the order they
   * came.
   */
  final class AsMap implements UnknownFieldCollector {
    private Map<String, String> found = Map.of();

    @Override
    public void clear() {
      found = Map.of();
    }

    @Override
    public void add(JsonInput in, String key, JsonLocation location)
        throws IOException, DecodeException {
      if (found.isEmpty()) {
        found = new LinkedHashMap<>();
      }
      JsonToken token = in.next();
      String value;
      if (token == JsonToken.VALUE_STRING) {
        value = in.text();
      } else {
        in.sliceValue(token);
        value = in.sliceText();
      }
      String path = location.dotted(key);
      // {"a.b":1,"a":{"b":2}} gives one path to two fields: both are kept.
      for (int n = 2; found.putIfAbsent(path, value) != null; n++) {
        path = location.dotted(key) + "#" + n;
      }
    }

    @Override
    public Map<String, String> result() {
      return found;
    }
  }
}
