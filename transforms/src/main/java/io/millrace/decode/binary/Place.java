package io.millrace.decode.binary;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The declared objects and arrays that are open around the value being decoded. Messages name it,
 * and unknown fields are stored under its keys. Not thread-safe.
 */
public final class Place {
  /** A declared object or array; made once, when a schema is compiled. */
  public static final class Level {
    private final String key;
    private final byte[] json;
    private final @Nullable String arrayPath;

    private Level(String key, @Nullable String arrayPath) {
      this.key = key;
      this.json = JsonText.quotedKey(key);
      this.arrayPath = arrayPath;
    }

    public static Level object(String key) {
      return new Level(key, null);
    }

    /**
     * An array.
     *
     * @param path from the innermost record around it; empty for the element of an array
     */
    public static Level array(String key, String path) {
      return new Level(key, path);
    }

    /** The key as JSON, with quotes and colon. */
    byte[] json() {
      return json;
    }

    boolean isArray() {
      return arrayPath != null;
    }
  }

  private @Nullable Level[] levels = new @Nullable Level[8];
  private int[] elements = new int[8];
  private int depth;
  private final UnaryOperator<String> describe = this::describe;

  public void clear() {
    depth = 0;
  }

  public int depth() {
    return depth;
  }

  public void enter(Level level) {
    if (depth == levels.length) {
      levels = Arrays.copyOf(levels, 2 * depth);
      elements = Arrays.copyOf(elements, 2 * depth);
    }
    levels[depth] = level;
    elements[depth] = 0;
    depth++;
  }

  public void leave() {
    depth--;
  }

  /** Moves on to the next element of the innermost array. */
  public void nextElement() {
    elements[depth - 1]++;
  }

  Level level(int at) {
    Level level = levels[at];
    if (level == null) {
      throw new IllegalStateException("no such level");
    }
    return level;
  }

  int element(int at) {
    return elements[at];
  }

  /** Makes paths from the top of the event of paths from the innermost record. */
  public UnaryOperator<String> describing() {
    return describe;
  }

  /** A path from the innermost record, written from the top of the event. */
  public String describe(String path) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < depth; at++) {
      String array = level(at).arrayPath;
      if (array != null) {
        if (!array.isEmpty()) {
          separate(text).append(array);
        }
        text.append('[').append(elements[at]).append(']');
      }
    }
    return path.isEmpty() ? text.toString() : separate(text).append(path).toString();
  }

  /** The dotted path of a key, with every key and index above it. */
  String dotted(String key) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < depth; at++) {
      separate(text).append(level(at).key);
      if (level(at).isArray()) {
        text.append('[').append(elements[at]).append(']');
      }
    }
    return separate(text).append(key).toString();
  }

  private static StringBuilder separate(StringBuilder text) {
    return text.length() == 0 ? text : text.append('.');
  }
}
