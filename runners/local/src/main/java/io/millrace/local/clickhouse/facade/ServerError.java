package io.millrace.local.clickhouse.facade;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A ClickHouse error response: an error code and the text {@code Code: N. DB::Exception: … (NAME)}.
 */
final class ServerError extends IOException {
  private static final long serialVersionUID = 1;

  /** HTTP status by error code; 500 for all others. */
  private static final Map<Integer, Set<Integer>> STATUSES =
      Map.ofEntries(
          // BAD_ARGUMENTS, CANNOT_PARSE_*, ILLEGAL_COLUMN, THERE_IS_NO_COLUMN, TYPE_MISMATCH,
          // SYNTAX_ERROR, INCORRECT_DATA, TOO_DEEP_AST, TOO_BIG_AST, DUPLICATE_COLUMN, ...
          Map.entry(
              400,
              Set.of(
                  6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223,
                  321, 376, 427, 441, 675, 676)),
          // REQUIRED_PASSWORD
          Map.entry(401, Set.of(194)),
          // UNKNOWN_USER, WRONG_PASSWORD, ACCESS_DENIED, SET_NON_GRANTED_ROLE,
          // AUTHENTICATION_FAILED
          Map.entry(403, Set.of(192, 193, 497, 512, 516)),
          // UNKNOWN_FUNCTION, _IDENTIFIER, _TYPE, _STORAGE, _TABLE, _AGGREGATE_FUNCTION, _FORMAT,
          // _TYPE_OF_QUERY, _DATABASE, _SETTING, _DIRECTION_OF_SORTING, _DATABASE_ENGINE, _ROLE
          Map.entry(404, Set.of(46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511)),
          // TIMEOUT_EXCEEDED
          Map.entry(408, Set.of(159)),
          // HTTP_LENGTH_REQUIRED
          Map.entry(411, Set.of(381)),
          // QUERY_IS_TOO_LARGE
          Map.entry(413, Set.of(229)),
          // NOT_IMPLEMENTED
          Map.entry(501, Set.of(48)),
          // SOCKET_TIMEOUT, CANNOT_OPEN_FILE, CANNOT_SCHEDULE_TASK
          Map.entry(503, Set.of(76, 209, 439)));

  private static final Pattern CODE = Pattern.compile("^Code: (\\d+)\\. DB::[A-Za-z]*Exception: ");
  private static final Pattern NESTED =
      Pattern.compile(
          "^Code: (\\d+)\\. DB::[A-Za-z]*Exception: (Code: \\1\\. DB::[A-Za-z]*Exception: .*\\([A-Z0-9_]+\\)) \\(version [^)]*\\)\\. \\([A-Z0-9_]+\\)$",
          Pattern.DOTALL);

  private final int code;

  private ServerError(int code, String text) {
    super(text);
    this.code = code;
  }

  /** An error detected by the HTTP interface. */
  static ServerError of(int code, String name, String message) {
    return new ServerError(
        code, "Code: " + code + ". DB::Exception: " + message + ". (" + name + ")");
  }

  /** An error of the engine; unwraps an exception nested in itself. */
  static ServerError fromEngine(String message) {
    String text = message.strip();
    Matcher nested = NESTED.matcher(text);
    while (nested.matches()) {
      text = nested.group(2);
      nested = NESTED.matcher(text);
    }
    Matcher code = CODE.matcher(text);
    // 1002 is UNKNOWN_EXCEPTION, a server's code for unknown errors.
    return code.find()
        ? new ServerError(Integer.parseInt(code.group(1)), text)
        : new ServerError(1002, "Code: 1002. DB::Exception: " + text + " (UNKNOWN_EXCEPTION)");
  }

  int code() {
    return code;
  }

  int httpStatus() {
    return STATUSES.entrySet().stream()
        .filter(status -> status.getValue().contains(code))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(500);
  }

  /** No stack trace, because it is not a failure of the server. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
