package io.millrace.bigquery.schema;

import com.google.api.services.bigquery.model.TableFieldSchema;

/**
 * Decides whether a column holds every value of another, for every pipeline and contract that
 * writes to it. Integers are sent as integers, which a column of decimals accepts and one of
 * FLOAT64 does not. Decimals are sent as text, which every column of decimals accepts.
 */
final class ColumnWidth {
  /** Digits that an INT64 can have. */
  private static final int WHOLE_OF_INT64 = 19;

  private ColumnWidth() {}

  /** Digits before and after the point; a type without parameters has its maximum. */
  private record Digits(long whole, long scale) {
    static Digits of(TableFieldSchema column) {
      String type = BigQueryTypes.name(column);
      if (type.equals("INT64")) {
        return new Digits(WHOLE_OF_INT64, 0);
      }
      if (column.getPrecision() != null) {
        long scale = column.getScale() == null ? 0 : column.getScale();
        return new Digits(column.getPrecision() - scale, scale);
      }
      return type.equals("NUMERIC") ? new Digits(29, 9) : new Digits(38, 38);
    }

    boolean holds(Digits other) {
      return whole >= other.whole && scale >= other.scale;
    }
  }

  private static boolean isDecimal(TableFieldSchema column) {
    String type = BigQueryTypes.name(column);
    return type.equals("NUMERIC") || type.equals("BIGNUMERIC");
  }

  private static boolean isExact(TableFieldSchema column) {
    return isDecimal(column) || BigQueryTypes.name(column).equals("INT64");
  }

  /** Whether a column accepts every value that is sent for the other. */
  static boolean holds(TableFieldSchema found, TableFieldSchema needed) {
    if (isDecimal(found) && isExact(needed)) {
      return Digits.of(found).holds(Digits.of(needed));
    }
    return BigQueryTypes.name(found).equals(BigQueryTypes.name(needed))
        && (found.getMaxLength() == null);
  }

  /** Whether BigQuery can widen a column so that it holds its own values and the other's. */
  static boolean widens(TableFieldSchema found, TableFieldSchema needed) {
    return isExact(found) && isDecimal(needed);
  }

  /** The type that holds the values of both columns, in SQL. */
  static String both(TableFieldSchema found, TableFieldSchema needed) {
    Digits a = Digits.of(found);
    Digits b = Digits.of(needed);
    long whole = Math.max(a.whole, b.whole);
    long scale = Math.max(a.scale, b.scale);
    boolean big =
        whole > 29
            || scale > 9
            || BigQueryTypes.name(found).equals("BIGNUMERIC")
            || BigQueryTypes.name(needed).equals("BIGNUMERIC");
    return (big ? "BIGNUMERIC" : "NUMERIC") + "(" + (whole + scale) + ", " + scale + ")";
  }

  static String reason(TableFieldSchema found, TableFieldSchema needed) {
    if (BigQueryTypes.name(found).equals("INT64") && BigQueryTypes.name(needed).equals("FLOAT64")) {
      return "integers beyond 2^53 would lose digits, and pipelines with the older contract could"
          + " no longer write; add a column beside it";
    }
    if (found.getMaxLength() != null) {
      return "it holds only " + found.getMaxLength() + " characters; remove that limit";
    }
    return "some values of either type are not values of the other; add a column beside it";
  }
}
