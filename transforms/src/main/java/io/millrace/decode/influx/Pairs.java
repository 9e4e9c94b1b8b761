package io.millrace.decode.influx;

import io.millrace.event.Utf8Slice;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The tags or the fields of one point, as ranges of bytes without escapes: mostly those of the
 * line, but a copy where there were escapes. Used again for the next point.
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
  }

  /** Completes the latest pair; a string is without quotes, a number without its suffix. */
  void setValue(ValueKind kind, byte[] bytes, int from, int to) {
    int last = count - 1;
    kinds[last] = kind;
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

  byte[] valueBytes(int i) {
    return valueBytes[i];
  }

  int valueFrom(int i) {
    return valueFrom[i];
  }

  int valueTo(int i) {
    return valueTo[i];
  }

  Utf8Slice key(int i) {
    return new Utf8Slice(keyBytes[i], keyFrom[i], keyTo[i] - keyFrom[i]);
  }

  Utf8Slice value(int i) {
    return new Utf8Slice(valueBytes[i], valueFrom[i], valueTo[i] - valueFrom[i]);
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
