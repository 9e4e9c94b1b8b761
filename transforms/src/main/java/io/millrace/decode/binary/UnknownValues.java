package io.millrace.decode.binary;

import io.millrace.contract.UnknownFields;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gathers the fields of one event that its contract does not declare, as JSON text: in one object,
 * under the declared objects and arrays around them, or in a map by dotted path. In an array of
 * records each element before one with unknown fields is {@code {}}, so that positions stay. Not
 * thread-safe.
 */
public final class UnknownValues {
  private final boolean asMap;
  private final Place place;
  private final JsonText text = new JsonText();
  private Map<String, String> map = Map.of();

  // For each level that is written: whether an element is open, and how many are complete
  private boolean[] elementOpen = new boolean[8];
  private int[] elementsPast = new int[8];
  private int open;

  /**
   * Creates an empty collector.
   *
   * @param place where the values are that will be added
   */
  public UnknownValues(UnknownFields.Form form, Place place) {
    this.asMap = form == UnknownFields.Form.MAP;
    this.place = place;
  }

  /** Begins another event. */
  public void clear() {
    text.clear();
    map = Map.of();
    open = 0;
  }

  /**
   * Begins a field.
   *
   * @param quotedKey its key as {@link JsonText#quotedKey} gives it
   * @return where to write the value, before {@link #end}
   */
  public JsonText begin(byte[] quotedKey) {
    if (asMap) {
      text.clear(true);
      return text;
    }
    if (text.isEmpty()) {
      text.beginObject();
    }
    openLevels();
    text.key(quotedKey);
    return text;
  }

  /** Ends the field that began last. */
  public void end(String key) {
    if (!asMap) {
      return;
    }
    if (map.isEmpty()) {
      map = new LinkedHashMap<>();
    }
    String value = text.toString();
    String path = place.dotted(key);
    // A key that holds a dot can give one path to two fields: both are kept.
    for (int n = 2; map.putIfAbsent(path, value) != null; n++) {
      path = place.dotted(key) + "#" + n;
    }
  }

  private void openLevels() {
    for (int level = 0; level < place.depth(); level++) {
      boolean array = place.level(level).isArray();
      if (level == open) {
        if (open == elementsPast.length) {
          elementOpen = Arrays.copyOf(elementOpen, 2 * open);
          elementsPast = Arrays.copyOf(elementsPast, 2 * open);
        }
        text.key(place.level(level).json());
        if (array) {
          text.beginArray();
        } else {
          text.beginObject();
        }
        elementOpen[level] = false;
        elementsPast[level] = 0;
        open++;
      }
      if (array && !elementOpen[level]) {
        for (; elementsPast[level] < place.element(level); elementsPast[level]++) {
          text.element();
          text.beginObject();
          text.endObject();
        }
        text.element();
        text.beginObject();
        elementOpen[level] = true;
      }
    }
  }

  /** The current element of the innermost array has ended. */
  public void elementEnds() {
    int level = place.depth() - 1;
    if (level < open && elementOpen[level]) {
      text.endObject();
      elementOpen[level] = false;
      elementsPast[level]++;
    }
  }

  /** The innermost declared object or array has ended. */
  public void ends() {
    int level = place.depth() - 1;
    if (level < open) {
      if (place.level(level).isArray()) {
        text.endArray();
      } else {
        text.endObject();
      }
      open--;
    }
  }

  /** The value of the column for unknown fields; an empty form if there were none. */
  public Object result() {
    if (asMap) {
      return map;
    }
    if (text.isEmpty()) {
      return "";
    }
    text.endObject();
    return text.toSlice();
  }
}
