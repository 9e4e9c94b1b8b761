package io.millrace.local.engine;

/** Small pieces of SQL text. */
final class Sql {
  private Sql() {}

  static String string(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  static String name(String value) {
    return "`" + value.replace("\\", "\\\\").replace("`", "\\`") + "`";
  }

  /** Whether it can stand in SET without quotes. */
  static boolean isPlainName(String value) {
    return value.matches("[A-Za-z_][A-Za-z0-9_.]*");
  }
}
