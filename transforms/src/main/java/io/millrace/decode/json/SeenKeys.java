package io.millrace.decode.json;

import com.fasterxml.jackson.core.JsonStreamContext;
import io.millrace.decode.DecodeException;
import io.millrace.event.DeadLetterCode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The keys of one object seen so far, to find one that comes twice. Reused from object to object.
 * Few keys are compared one by one; many go to a hash set, whose bins turn into trees, so that keys
 * made to collide cost no quadratic time either.
 */
public final class SeenKeys {
  private static final int FEW = 16;
  private static final int KEPT = 1024;

  private final @Nullable String[] keys = new @Nullable String[FEW];
  private final int[] hashes = new int[FEW];
  private int size;
  private @Nullable Set<String> many;
  private int largest;

  void clear() {
    size = 0;
    if (many != null && !many.isEmpty()) {
      if (largest > KEPT) {
        // Clearing costs the capacity, and one large object must not slow down all that follow.
        many = null;
      } else {
        many.clear();
      }
    }
    largest = 0;
  }

  /** Adds a key; false if it is there already. */
  public boolean add(String key) {
    if (size == FEW) {
      return addToMany(key);
    }
    int hash = key.hashCode();
    for (int i = 0; i < size; i++) {
      if (hashes[i] == hash && key.equals(keys[i])) {
        return false;
      }
    }
    keys[size] = key;
    hashes[size] = hash;
    size++;
    return true;
  }

  private boolean addToMany(String key) {
    Set<String> set = many;
    if (set == null) {
      set = new HashSet<>();
      many = set;
    }
    if (set.isEmpty()) {
      set.addAll(Arrays.asList(keys));
    }
    boolean added = set.add(key);
    largest = set.size();
    return added;
  }

  /** The failure of a key that comes twice. Keys are told, but only in harmless characters. */
  public static DecodeException duplicate(String path, String key) {
    StringBuilder text = new StringBuilder(path).append(path.isEmpty() ? "" : ".");
    appendKey(key, text);
    return new DecodeException(
        DeadLetterCode.DUPLICATE_KEY, text + ": the key stands there twice; expected it once");
  }

  /** The path from the top of the event to an object; of keys only harmless characters. */
  static String path(@Nullable JsonStreamContext object) {
    StringBuilder path = new StringBuilder();
    appendPath(object, path);
    return path.toString();
  }

  private static void appendPath(@Nullable JsonStreamContext context, StringBuilder path) {
    if (context == null || context.inRoot()) {
      return;
    }
    appendPath(context.getParent(), path);
    if (context.inArray()) {
      path.append('[').append(context.getCurrentIndex()).append(']');
    } else {
      path.append(path.length() == 0 ? "" : ".");
      appendKey(context.getCurrentName(), path);
    }
  }

  /** Appends a key of an event in harmless characters, and not more than some of them. */
  static void appendKey(String key, StringBuilder text) {
    for (int i = 0; i < Math.min(key.length(), 64); i++) {
      char c = key.charAt(i);
      text.append(c > ' ' && c < 0x7f ? c : '?');
    }
  }
}
