package io.millrace.decode.json;

import io.millrace.text.ByteScan;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The current key as bytes, and the keys seen in each open object. Few keys of one object are
 * compared by their hashes; many become strings in {@link SeenKeys}, which nobody can make collide.
 * Not thread-safe.
 */
final class QuickKeys {
  private static final int FEW = 48;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private static final byte[] NO_BYTES = {};

  private byte[] bytes = NO_BYTES;
  private int from;
  private int to;
  private int hash;

  // The keys of all open objects, one object after the other
  private int[] froms = new int[64];
  private int[] tos = new int[64];
  private int[] hashes = new int[64];
  private int size;

  // By depth: where the keys of the object begin
  private int[] begins = new int[16];
  private @Nullable SeenKeys[] many = new @Nullable SeenKeys[16];
  private int depth;

  /** The hash of a key. */
  static int hash(byte[] bytes, int from, int to) {
    int length = to - from;
    long word;
    if (length >= Long.BYTES) {
      word =
          ByteScan.read(bytes, from) * MULTIPLIER
              ^ ByteScan.read(bytes, to - Long.BYTES)
              ^ (long) length << 56;
    } else {
      word = length;
      for (int i = from; i < to; i++) {
        word = word << Byte.SIZE | (bytes[i] & 0xff);
      }
    }
    long mixed = word * MULTIPLIER;
    return (int) (mixed >>> Integer.SIZE);
  }

  void clear() {
    bytes = NO_BYTES;
    size = 0;
    depth = 0;
  }

  /** An object or an array begins, which is so many levels deep. */
  void enter(int level) {
    if (level >= begins.length) {
      begins = Arrays.copyOf(begins, 2 * level);
      many = Arrays.copyOf(many, 2 * level);
    }
    depth = level;
    begins[level] = size;
  }

  /** It ends. */
  void leave(int level) {
    size = begins[level];
    depth = level - 1;
  }

  /** Sets the key that is current. */
  void current(byte[] json, int keyFrom, int keyTo) {
    bytes = json;
    from = keyFrom;
    to = keyTo;
    hash = hash(json, keyFrom, keyTo);
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int hash() {
    return hash;
  }

  /** The current key. */
  String text() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  /** Adds the current key to those of its object; false if it is there already. */
  boolean add() {
    int begin = begins[depth];
    if (size - begin >= FEW) {
      return addToMany(begin);
    }
    for (int i = begin; i < size; i++) {
      if (hashes[i] == hash && Arrays.equals(bytes, froms[i], tos[i], bytes, from, to)) {
        return false;
      }
    }
    push();
    return true;
  }

  private void push() {
    if (size == hashes.length) {
      froms = Arrays.copyOf(froms, 2 * size);
      tos = Arrays.copyOf(tos, 2 * size);
      hashes = Arrays.copyOf(hashes, 2 * size);
    }
    froms[size] = from;
    tos[size] = to;
    hashes[size] = hash;
    size++;
  }

  private boolean addToMany(int begin) {
    SeenKeys set = many[depth];
    if (set == null) {
      set = new SeenKeys();
      many[depth] = set;
    }
    if (size - begin == FEW) {
      set.clear();
      for (int i = begin; i < size; i++) {
        set.add(new String(bytes, froms[i], tos[i] - froms[i], StandardCharsets.UTF_8));
      }
      // One entry beyond the few says that the set holds the keys.
      push();
    }
    return set.add(text());
  }
}
