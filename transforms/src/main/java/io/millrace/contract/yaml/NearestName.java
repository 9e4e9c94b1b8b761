package io.millrace.contract.yaml;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that a writer probably meant. */
public final class NearestName {
  private NearestName() {}

  /**
   * The end of a message about an unknown name: the nearest known name, or nothing if none is near.
   */
  public static String hint(String found, Collection<String> known) {
    String nearest = "";
    int least = Integer.MAX_VALUE;
    for (String name : known) {
      int distance = distance(normal(found), normal(name));
      if (distance < least && isNear(normal(found), normal(name), distance)) {
        nearest = name;
        least = distance;
      }
    }
    return nearest.isEmpty() ? "" : "; did you mean `" + nearest + "`?";
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  private static boolean isNear(String found, String name, int distance) {
    // An abbreviation, such as bool or int, or one wrong letter in three
    return (found.length() > 1 && name.startsWith(found))
        || distance <= Math.max(found.length(), name.length()) / 3;
  }

  /**
   * The least number of letters to insert, remove, replace or swap with their neighbor that makes
   * one text from the other.
   */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
