package io.millrace.local.clickhouse.facade;

import java.util.Map;
import java.util.Set;

/** ClickHouse's HTTP status for each error code; 500 for all others. */
final class HttpStatuses {
  private static final Map<Integer, Set<Integer>> CODES =
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

  private HttpStatuses() {}

  static int of(int code) {
    for (Map.Entry<Integer, Set<Integer>> status : CODES.entrySet()) {
      if (status.getValue().contains(code)) {
        return status.getKey();
      }
    }
    return 500;
  }
}
