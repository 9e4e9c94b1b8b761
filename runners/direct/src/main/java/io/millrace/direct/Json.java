package io.millrace.direct;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One JSON object for programs, its keys in the order they were put. */
final class Json {
  private final Map<String, Object> values = new LinkedHashMap<>();

  private Json() {}

  static Json object() {
    return new Json();
  }

  Json put(String key, Object value) {
    values.put(key, value instanceof Json json ? json.values : value);
    return this;
  }

  Json putList(String key, List<Json> objects) {
    values.put(key, objects.stream().map(object -> object.values).toList());
    return this;
  }

  String text() {
    try {
      return new ObjectMapper().writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }
}
