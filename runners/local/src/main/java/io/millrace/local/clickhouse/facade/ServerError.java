package io.millrace.local.clickhouse.facade;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A ClickHouse error response: an error code and the text {@code Code: N. DB::Exception: … (NAME)}.
 * Has no stack trace, because it is not a failure of the server.
 */
final class ServerError extends Exception {
  private static final Pattern CODE = Pattern.compile("^Code: (\\d+)\\. DB::[A-Za-z]*Exception: ");
  private static final Pattern NESTED =
      Pattern.compile(
          "^Code: (\\d+)\\. DB::[A-Za-z]*Exception: (Code: \\1\\. DB::[A-Za-z]*Exception: .*\\([A-Z0-9_]+\\)) \\(version [^)]*\\)\\. \\([A-Z0-9_]+\\)$",
          Pattern.DOTALL);

  private final int code;

  private ServerError(int code, String text) {
    super(text, null, false, false);
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
    return HttpStatuses.of(code);
  }
}
