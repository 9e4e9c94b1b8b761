package io.millrace.clickhouse.conversion;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** The names of an Enum with their numbers: a hash table that compares bytes. */
final class EnumNames {
  /** No number of an Enum. */
  static final int UNKNOWN = Integer.MIN_VALUE;

  private final byte[][] names;
  private final int[] numbers;

  EnumNames(Map<String, Integer> byName) {
    // At least half of the places stay empty, so that a search ends soon.
    int places = Integer.highestOneBit(Math.max(1, byName.size())) * 4;
    names = new byte[places][];
    numbers = new int[places];
    byName.forEach(
        (name, number) -> {
          byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
          int place = hash(bytes, 0, bytes.length) & (places - 1);
          while (names[place] != null) {
            place = (place + 1) & (places - 1);
          }
          names[place] = bytes;
          numbers[place] = number;
        });
  }

  /** The number of a name, {@link #UNKNOWN} if there is none. */
  int find(byte[] text, int start, int length) {
    int last = names.length - 1;
    int place = hash(text, start, length) & last;
    while (names[place] != null) {
      byte[] name = names[place];
      if (Arrays.equals(name, 0, name.length, text, start, start + length)) {
        return numbers[place];
      }
      place = (place + 1) & last;
    }
    return UNKNOWN;
  }

  private static int hash(byte[] text, int start, int length) {
    int hash = 0;
    for (int i = start; i < start + length; i++) {
      hash = 31 * hash + text[i];
    }
    return hash ^ hash >>> 16;
  }
}
