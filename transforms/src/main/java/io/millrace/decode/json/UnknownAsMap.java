package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.decode.DecodeException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Unknown fields as a map from dotted path to decoded string or JSON text, in the order they came.
 */
final class UnknownAsMap implements UnknownFieldCollector {
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
  public void elementEnds(JsonLocation location) {}

  @Override
  public void ends(JsonLocation location) {}

  @Override
  public Map<String, String> result() {
    return found;
  }
}
