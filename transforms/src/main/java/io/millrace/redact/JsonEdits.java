package io.millrace.redact;

import java.util.Arrays;

/**
 * Replacements in bytes, in the order of the bytes, and where a position in the bytes comes to
 * stand. Reused from record to record. Not thread-safe.
 */
final class JsonEdits {
  private int[] from = new int[8];
  private int[] to = new int[8];
  private byte[][] texts = new byte[8][];
  private int count;
  private int growth;

  void clear() {
    truncate(0);
  }

  int count() {
    return count;
  }

  /** Forgets the replacements from a number on. */
  void truncate(int number) {
    for (; count > number; count--) {
      growth -= growth(count - 1);
    }
  }

  void add(int start, int end, byte[] text) {
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
      texts = Arrays.copyOf(texts, 2 * count);
    }
    from[count] = start;
    to[count] = end;
    texts[count] = text;
    growth += growth(count);
    count++;
  }

  private int growth(int edit) {
    return texts[edit].length - (to[edit] - from[edit]);
  }

  /** A range of bytes with the replacements, all of which are in the range. */
  byte[] apply(byte[] bytes, int start, int end) {
    byte[] out = new byte[end - start + growth];
    int past = start;
    int length = 0;
    for (int i = 0; i < count; i++) {
      System.arraycopy(bytes, past, out, length, from[i] - past);
      length += from[i] - past;
      System.arraycopy(texts[i], 0, out, length, texts[i].length);
      length += texts[i].length;
      past = to[i];
    }
    System.arraycopy(bytes, past, out, length, end - past);
    return out;
  }

  /** Where a position comes to stand; -1 if it is within what is replaced. */
  int moved(int position) {
    int moved = position;
    for (int i = 0; i < count && from[i] < position; i++) {
      if (to[i] > position) {
        return -1;
      }
      moved += growth(i);
    }
    return moved;
  }
}
