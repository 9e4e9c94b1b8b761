package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonToken;
import io.millrace.decode.DecodeException;
import io.millrace.decode.json.ObjectKeys.Member;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Gathers the fields of one event that its contract does not declare, and the values that declared
 * fields do not accept.
 */
interface UnknownFieldCollector {
  /** Begins another event. */
  void clear();

  /** Keeps the key that is the input's current token, and the value behind it. */
  void add(JsonInput in, JsonLocation location) throws IOException, DecodeException;

  /** Keeps the slice that the input took last, the value under a declared key. */
  void keep(JsonInput in, Member member, JsonToken token, JsonLocation location) throws IOException;

  /** Remembers what has been gathered so far, to {@link #rollback} to it. */
  Object mark();

  /** Forgets what was gathered since the mark was taken, which stays valid. */
  void rollback(Object mark);

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
    public void add(JsonInput in, JsonLocation location) throws IOException, DecodeException {
      String key = in.key();
      JsonToken token = in.next();
      String value;
      if (token == JsonToken.VALUE_STRING) {
        value = in.text();
      } else {
        in.sliceValue(token);
        value = in.sliceText();
      }
      put(key, value, location);
    }

    @Override
    public void keep(JsonInput in, Member member, JsonToken token, JsonLocation location)
        throws IOException {
      put(member.key, token == JsonToken.VALUE_STRING ? in.text() : in.sliceText(), location);
    }

    private void put(String key, String value, JsonLocation location) {
      if (found.isEmpty()) {
        found = new LinkedHashMap<>();
      }
      String path = location.dotted(key);
      // {"a.b":1,"a":{"b":2}} gives one path to two fields: both are kept.
      for (int n = 2; found.putIfAbsent(path, value) != null; n++) {
        path = location.dotted(key) + "#" + n;
      }
    }

    @Override
    public Object mark() {
      return found.size();
    }

    @Override
    public void rollback(Object mark) {
      int size = (Integer) mark;
      if (found.size() > size) {
        List.copyOf(found.keySet()).stream().skip(size).forEach(found::remove);
      }
    }

    @Override
    public Map<String, String> result() {
      return found;
    }
  }
}
