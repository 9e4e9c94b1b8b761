package io.millrace.decode.influx;

import io.millrace.event.Utf8Slice;
import io.millrace.text.Escapes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The tags or the fields of one point, as ranges of the line's bytes. A key with escapes is a copy
 * without them. A value keeps its escapes until somebody asks for its bytes. Used again for the
 * next point.
 */
final class Pairs {
  /** Up to so many keys, looking at the hashes of all is the cheapest way to find one again. */
  private static final int FEW = 32;

  private int count;
  private byte[][] keyBytes = new byte[FEW][];
  private int[] keyFrom = new int[FEW];
  private int[] keyTo = new int[FEW];
  private int[] keyHash = new int[FEW];
  private byte[][] valueBytes = new byte[FEW][];
  private int[] valueFrom = new int[FEW];
  private int[] valueTo = new int[FEW];
  private ValueKind[] kinds = new ValueKind[FEW];
  private @Nullable Escapes[] escapes = new @Nullable Escapes[FEW];

  /** Only for more keys than {@link #FEW}. Holds strings, which cannot be made to collide. */
  private final Set<String> many = new HashSet<>();

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  /**
   * Begins a pair by its key.
   *
   * @param hash see {@link Names#hash}
   * @return false if there is one with this key
   */
  boolean addKey(byte[] bytes, int from, int to, int hash) {
    if (count == keyBytes.length) {
      grow();
    }
    boolean isNew =
        count < FEW ? !isAmongFew(bytes, from, to, hash) : isNewAmongMany(bytes, from, to);
    keyBytes[count] = bytes;
    keyFrom[count] = from;
    keyTo[count] = to;
    keyHash[count] = hash;
    count++;
    return isNew;
  }

  private boolean isAmongFew(byte[] bytes, int from, int to, int hash) {
    for (int i = 0; i < count; i++) {
      if (keyHash[i] == hash && Arrays.equals(keyBytes[i], keyFrom[i], keyTo[i], bytes, from, to)) {
        return true;
      }
    }
    return false;
  }

  private boolean isNewAmongMany(byte[] bytes, int from, int to) {
    if (count == FEW) {
      many.clear();
      for (int i = 0; i < FEW; i++) {
        many.add(key(i).toString());
      }
    }
    return many.add(new Utf8Slice(bytes, from, to - from).toString());
  }

  private void grow() {
    int length = 2 * count;
    keyBytes = Arrays.copyOf(keyBytes, length);
    keyFrom = Arrays.copyOf(keyFrom, length);
    keyTo = Arrays.copyOf(keyTo, length);
    keyHash = Arrays.copyOf(keyHash, length);
    valueBytes = Arrays.copyOf(valueBytes, length);
    valueFrom = Arrays.copyOf(valueFrom, length);
    valueTo = Arrays.copyOf(valueTo, length);
    kinds = Arrays.copyOf(kinds, length);
    escapes = Arrays.copyOf(escapes, length);
  }

  /** Completes the latest pair with a value without escapes; a number is without its suffix. */
  void setValue(ValueKind kind, byte[] bytes, int from, int to) {
    setValue(kind, bytes, from, to, null);
  }

  /** Completes the latest pair; a string is without quotes. */
  void setValue(ValueKind kind, byte[] bytes, int from, int to, @Nullable Escapes escaped) {
    int last = count - 1;
    kinds[last] = kind;
    escapes[last] = escaped;
    valueBytes[last] = bytes;
    valueFrom[last] = from;
    valueTo[last] = to;
  }

  ValueKind kind(int i) {
    return kinds[i];
  }

  byte[] keyBytes(int i) {
    return keyBytes[i];
  }

  int keyFrom(int i) {
    return keyFrom[i];
  }

  int keyTo(int i) {
    return keyTo[i];
  }

  int keyHash(int i) {
    return keyHash[i];
  }

  /** The array that holds a value without escapes. */
  byte[] valueBytes(int i) {
    unescape(i);
    return valueBytes[i];
  }

  int valueFrom(int i) {
    unescape(i);
    return valueFrom[i];
  }

  int valueTo(int i) {
    unescape(i);
    return valueTo[i];
  }

  private void unescape(int i) {
    Escapes escaped = escapes[i];
    if (escaped != null) {
      byte[] text = escaped.text(valueBytes[i], valueFrom[i], valueTo[i]);
      valueBytes[i] = text;
      valueFrom[i] = 0;
      valueTo[i] = text.length;
      escapes[i] = null;
    }
  }

  Utf8Slice key(int i) {
    return new Utf8Slice(keyBytes[i], keyFrom[i], keyTo[i] - keyFrom[i]);
  }

  Utf8Slice value(int i) {
    return new Utf8Slice(valueBytes[i], valueFrom[i], valueTo[i] - valueFrom[i], escapes[i]);
  }

  /** A value as text: a string as it is, a number as sent without suffix, or true or false. */
  Object text(int i) {
    return switch (kinds[i]) {
      case TRUE -> "true";
      case FALSE -> "false";
      case STRING, FLOAT, INTEGER, UNSIGNED -> value(i);
    };
  }
}
