package io.millrace.cli.init.guess;

import io.millrace.contract.Contract;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of columns for paths: the keys, joined by {@code _}. Two names differ in more than their
 * case, because BigQuery's do. Not thread-safe.
 */
public final class ColumnNames {
  /** The column for fields that are not declared. */
  public static final String UNKNOWN = "extra";

  private static final int LONGEST = 100;
  private static final Pattern OTHER = Pattern.compile("[^A-Za-z0-9]+");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

  private final Set<String> taken =
      new HashSet<>(Set.of(Contract.INGESTION_TIME, Contract.LATE_BY_MS, UNKNOWN, "millrace"));

  /** A name that nobody has yet. */
  String of(List<String> path) {
    String joined = OTHER.matcher(String.join("_", path)).replaceAll("_");
    int begin = joined.startsWith("_") ? 1 : 0;
    int end =
        joined.endsWith("_") && joined.length() > begin ? joined.length() - 1 : joined.length();
    String name = joined.substring(begin, Math.min(end, begin + LONGEST));
    if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
      name = "field_" + name;
    }
    String free = name;
    for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  /** Whether a key can stand in a path with dots. */
  public static boolean isPlain(String key) {
    return PLAIN.matcher(key).matches();
  }
}
