package io.millrace.local.clickhouse.sql;

/** Quotes SQL strings and names. */
public final class Sql {
  private Sql() {}

  public static String string(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  public static String name(String value) {
    return "`" + value.replace("\\", "\\\\").replace("`", "\\`") + "`";
  }

  /** Whether it can stand in SET without quotes. */
  public static boolean isPlainName(String value) {
    return value.matches("[A-Za-z_][A-Za-z0-9_.]*");
  }
}
