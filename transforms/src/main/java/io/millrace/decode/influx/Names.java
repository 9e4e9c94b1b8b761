package io.millrace.decode.influx;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Finds what a contract declares for the name of a tag or a field, by the name's bytes. */
final class Names {
  private final byte[][] names;
  private final Target[] targets;
  private final int mask;

  Names(Map<String, Target> declared) {
    // At most half full: a search ends at a free place
    int size = Integer.highestOneBit(Math.max(1, declared.size())) * 4;
    names = new byte[size][];
    targets = new Target[size];
    mask = size - 1;
    declared.forEach(
        (name, target) -> {
          byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
          int at = place(hash(bytes, 0, bytes.length));
          while (names[at] != null) {
            at = (at + 1) & mask;
          }
          names[at] = bytes;
          targets[at] = target;
        });
  }

  /** The hash of a name that {@link LineParser} computes on the way. */
  static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash(hash, bytes[i]);
    }
    return hash;
  }

  /** The hash of a name with one byte more. */
  static int hash(int before, byte next) {
    return Integer.rotateLeft(before, 5) ^ next;
  }

  private int place(int hash) {
    return (hash ^ hash >>> 16) & mask;
  }

  /** What is declared for the key of a pair; null if nothing is. */
  @Nullable Target find(Pairs pairs, int i) {
    int at = place(pairs.keyHash(i));
    while (names[at] != null) {
      if (Arrays.equals(
          names[at], 0, names[at].length, pairs.keyBytes(i), pairs.keyFrom(i), pairs.keyTo(i))) {
        return targets[at];
      }
      at = (at + 1) & mask;
    }
    return null;
  }
}
