package io.millrace.decode.json;

import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.RowBuffer;
import io.millrace.event.Utf8Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds the elements of the arrays in a record that hold its events, by structure alone: a bad
 * element does not affect its neighbours. The objects around an array are copied without it,
 * because what they hold may stand before or behind it. Not thread-safe.
 */
final class ElementFinder {
  private static final byte[] NO_BYTES = {};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  /** An element, as a range of the record's bytes. */
  record Element(
      int from, int to, @Nullable Surrounding around, @Nullable DecodeException failure) {}

  /**
   * An object around an array of elements, without that array.
   *
   * @param outer the next object around it; null for the record itself
   * @param level 0 for the record itself
   * @param json empty if nothing else is in it
   */
  record Surrounding(@Nullable Surrounding outer, int level, byte[] json) {}

  private final String[][] arrays;
  private final byte[][][] keys;
  private final int maxElements;
  private final JsonScan scan = new JsonScan();

  /** The elements of the array that is open at each level, which were passed with their object. */
  private final JsonScan.Children[] children;

  private final List<Element> elements = new ArrayList<>();
  private byte[] bytes = NO_BYTES;
  private int arrayFrom;
  private boolean others;

  /**
   * Prepares for arrays.
   *
   * @param arrays the keys of each array, from the outermost on
   */
  ElementFinder(List<List<String>> arrays, int maxElements) {
    this.arrays = arrays.stream().map(a -> a.toArray(new String[0])).toArray(String[][]::new);
    this.keys = new byte[arrays.size()][][];
    for (int level = 0; level < keys.length; level++) {
      keys[level] =
          arrays.get(level).stream()
              .map(key -> key.getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
    }
    this.children = new JsonScan.Children[keys.length];
    Arrays.setAll(children, level -> new JsonScan.Children(maxElements));
    this.maxElements = maxElements;
  }

  /**
   * Finds the elements of a record, in their order.
   *
   * @param from the first byte that is no white space
   * @return valid until the next call
   * @throws DecodeException if the record cannot be taken apart
   */
  List<Element> find(byte[] record, int from) throws DecodeException {
    bytes = record;
    scan.open(record, record.length);
    elements.clear();
    try {
      int end = container(null, 0, from);
      JsonFraming.checkEnd(record, end);
    } catch (TooManyElements e) {
      throw new DecodeException(
          DeadLetterCode.TOO_LARGE, "expected at most " + maxElements + " events in a record");
    }
    return elements;
  }

  /** Finds the elements in an object, or in the record itself; gives where it ends. */
  private int container(@Nullable Surrounding outer, int level, int from) throws DecodeException {
    if (keys[level].length == 0) {
      children[level].clear();
      return array(null, level, from);
    }
    RowBuffer rest = new RowBuffer(64);
    arrayFrom = -1;
    others = false;
    int end = object(level, 0, from, rest);
    int array = arrayFrom;
    if (array >= 0 && !isNull(array)) {
      byte[] json = others ? rest.toByteArray() : NO_BYTES;
      array(new Surrounding(outer, level, json), level, array);
    }
    return end;
  }

  private int array(@Nullable Surrounding around, int level, int from) throws DecodeException {
    if (bytes[from] != '[') {
      throw new DecodeException(
          DeadLetterCode.WRONG_TYPE,
          "byte %d: expected an array of events%s".formatted(from, named(level)));
    }
    int at = scan.space(from + 1);
    if (bytes[at] == ']') {
      return at + 1;
    }
    while (true) {
      int end = children[level].endOf(at);
      if (end < 0) {
        end = scan.value(at);
      }
      element(around, level + 1, at, end);
      at = scan.space(end);
      if (bytes[at] == ']') {
        return at + 1;
      } else if (bytes[at] != ',') {
        throw JsonScan.malformed(at);
      }
      at = scan.space(at + 1);
    }
  }

  private void element(@Nullable Surrounding around, int level, int from, int to)
      throws DecodeException {
    if (level == keys.length) {
      add(new Element(from, to, around, null));
      return;
    }
    // What cannot be taken apart further is one dead element, and its neighbours go on.
    int before = elements.size();
    try {
      if (keys[level].length > 0 && bytes[from] != '{') {
        throw new DecodeException(
            DeadLetterCode.NOT_AN_OBJECT, "byte " + from + ": expected a JSON object");
      }
      container(around, level, from);
    } catch (DecodeException e) {
      elements.subList(before, elements.size()).clear();
      add(new Element(from, to, around, e));
    }
  }

  /** A failure of the whole record, which no part of it may take for its own. */
  private static final class TooManyElements extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyElements() {
      super(null, null, false, false);
    }
  }

  private void add(Element element) {
    if (elements.size() == maxElements) {
      throw new TooManyElements();
    }
    elements.add(element);
  }

  /**
   * Copies an object without the array, and notes where the array is.
   *
   * @param depth how many keys of the array's path lead here
   * @return where the object ends
   */
  private int object(int level, int depth, int from, RowBuffer rest) throws DecodeException {
    if (bytes[from] != '{') {
      throw new DecodeException(
          depth == 0 ? DeadLetterCode.NOT_AN_OBJECT : DeadLetterCode.WRONG_TYPE,
          "byte %d: expected a JSON object%s"
              .formatted(from, depth == 0 ? "" : " on the way to the events" + named(level)));
    }
    byte[] wanted = keys[level][depth];
    boolean last = depth == keys[level].length - 1;
    boolean seen = false;
    rest.writeByte('{');
    int start = rest.size();
    int at = scan.space(from + 1);
    while (bytes[at] != '}') {
      int keyFrom = at;
      int keyTo = scan.string(at);
      at = scan.space(keyTo);
      if (bytes[at] != ':') {
        throw JsonScan.malformed(at);
      }
      int valueFrom = scan.space(at + 1);
      boolean isWanted = isKey(keyFrom + 1, keyTo - 1, wanted);
      if (isWanted && seen) {
        throw new DecodeException(
            DeadLetterCode.DUPLICATE_KEY,
            "byte " + keyFrom + ": expected one key on the way to the events" + named(level));
      }
      seen |= isWanted;
      int valueTo;
      if (isWanted && last) {
        arrayFrom = valueFrom;
        valueTo = scan.value(valueFrom, children[level]);
      } else {
        others |= !isWanted;
        if (rest.size() > start) {
          rest.writeByte(',');
        }
        rest.writeRaw(bytes, keyFrom, keyTo - keyFrom);
        rest.writeByte(':');
        if (isWanted && !isNull(valueFrom)) {
          valueTo = object(level, depth + 1, valueFrom, rest);
        } else {
          valueTo = scan.value(valueFrom);
          rest.writeRaw(bytes, valueFrom, valueTo - valueFrom);
        }
      }
      at = scan.space(valueTo);
      if (bytes[at] == ',') {
        at = scan.space(at + 1);
        if (bytes[at] == '}') {
          throw JsonScan.malformed(at);
        }
      } else if (bytes[at] != '}') {
        throw JsonScan.malformed(at);
      }
    }
    rest.writeByte('}');
    return at + 1;
  }

  private boolean isNull(int at) throws DecodeException {
    return bytes[at] == 'n'
        && scan.value(at) == at + NULL.length
        && Arrays.equals(bytes, at, at + NULL.length, NULL, 0, NULL.length);
  }

  private boolean isKey(int from, int to, byte[] key) {
    if (Arrays.equals(bytes, from, to, key, 0, key.length)) {
      return true;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\\') {
        Utf8Slice text = UnescapeString.string(bytes, from);
        return text != null && text.equals(new Utf8Slice(key, 0, key.length));
      }
    }
    return false;
  }

  private String named(int level) {
    String name = String.join(".", arrays[level]);
    return name.isEmpty() ? "" : " (`" + name + "`)";
  }
}
