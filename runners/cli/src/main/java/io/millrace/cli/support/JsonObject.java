package io.millrace.cli.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object with keys in insertion order. */
public final class JsonObject {
  private final Map<String, Object> values = new LinkedHashMap<>();

  private JsonObject() {}

  public static JsonObject object() {
    return new JsonObject();
  }

  public JsonObject put(String key, Object value) {
    values.put(key, value instanceof JsonObject json ? json.values : value);
    return this;
  }

  public JsonObject putList(String key, List<JsonObject> objects) {
    values.put(key, objects.stream().map(object -> object.values).toList());
    return this;
  }

  /** The same values; a change of this object is seen in them. */
  public Map<String, Object> values() {
    return Collections.unmodifiableMap(values);
  }

  public String text() {
    try {
      return new ObjectMapper().writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON: " + e.getOriginalMessage(), e);
    }
  }
}
