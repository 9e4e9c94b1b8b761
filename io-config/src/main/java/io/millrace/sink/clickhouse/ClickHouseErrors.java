package io.millrace.sink.clickhouse;

import com.clickhouse.client.api.ServerException;
import java.util.HashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a failed INSERT means, by ClickHouse's error code. What the table does not know is {@link
 * Kind#WAIT}: to wait for nothing is visible in the log, to skip is not.
 */
final class ClickHouseErrors {
  /** What is to be done. */
  enum Kind {
    /** The server dislikes a row for what is in it, and will tomorrow. */
    CONTENT,
    /** It will pass by itself. */
    WAIT,
    /** Somebody has to mend something; until then the rows wait. */
    OPERATOR
  }

  /**
   * A failure, understood.
   *
   * @param code the server's error code; 0: there was no answer
   * @param message one line for the log; holds no secret, but may hold a value of a row
   * @param remedy what to do, for {@link Kind#OPERATOR}; else empty
   */
  record Failure(Kind kind, int code, String message, String remedy) {}

  private static final Map<Integer, Kind> KINDS = new HashMap<>();
  private static final Map<Integer, String> REMEDIES = new HashMap<>();

  static {
    // A CHECK constraint; or an expression of a DEFAULT or MATERIALIZED column or of a
    // materialized view that fails for some values.
    content(6, 25, 26, 27, 38, 41, 43, 53, 69, 70, 72, 117, 128, 131, 153, 190, 321, 349, 376, 395);
    content(407, 441, 467, 469, 675, 676);
    operator("create the table: `millrace check` shows what is missing", 60, 81, 218);
    operator(
        "compare the table with the contract: `millrace check` shows it", 7, 8, 10, 16, 20, 47);
    operator("check the user and the reference to the password", 192, 193, 194, 516);
    operator("grant INSERT on the table to the user", 497);
    operator("the user or the server is set to read-only: allow INSERT", 164);
    operator("free space on the server's disks", 243);
  }

  private static final int MAX_MESSAGE_CHARS = 300;

  private ClickHouseErrors() {}

  private static void content(int... codes) {
    for (int code : codes) {
      KINDS.put(code, Kind.CONTENT);
    }
  }

  private static void operator(String remedy, int... codes) {
    for (int code : codes) {
      KINDS.put(code, Kind.OPERATOR);
      REMEDIES.put(code, remedy);
    }
  }

  /** Understands whatever the client has thrown. */
  static Failure understand(Throwable thrown) {
    ServerException server = serverException(thrown);
    if (server == null) {
      return new Failure(Kind.WAIT, 0, "no answer: " + rootMessage(thrown), "");
    }
    int code = server.getCode();
    String message = line(server.getMessage());
    // A code with an HTTP status that has a meaning of its own, from a proxy or a gateway.
    if (code == ServerException.CODE_UNKNOWN) {
      return new Failure(
          Kind.WAIT, 0, "HTTP status " + server.getTransportProtocolCode() + ": " + message, "");
    }
    return new Failure(
        KINDS.getOrDefault(code, Kind.WAIT), code, message, REMEDIES.getOrDefault(code, ""));
  }

  /** The server's answer behind a failure; null: there was none. */
  static @Nullable ServerException serverException(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof ServerException server) {
        return server;
      }
    }
    return null;
  }

  /** The cause at the bottom, in one line. */
  static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return root.getClass().getSimpleName() + (message == null ? "" : ": " + line(message));
  }

  /**
   * Why a row was refused, for its dead letter: the server's words without anything that may be a
   * value of the row.
   */
  static String withoutValues(Failure failure) {
    String text = failure.message();
    for (String marker :
        new String[] {". Column values", " at row ", ": while ", ": (while ", " (while "}) {
      int at = text.indexOf(marker);
      if (at >= 0) {
        text = text.substring(0, at);
      }
    }
    StringBuilder masked = new StringBuilder(text.length());
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'' || c == '"') {
        quoted = !quoted;
        masked.append(quoted ? "'…'" : "");
      } else if (!quoted) {
        masked.append(c);
      }
    }
    return "ClickHouse: " + masked;
  }

  private static String line(String message) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < message.length() && line.length() < MAX_MESSAGE_CHARS; i++) {
      char c = message.charAt(i);
      line.append(c < ' ' ? ' ' : c);
    }
    String text = line.toString();
    // The driver puts the prefix before a message that has one already.
    return text.startsWith("Code: Code: ") ? text.substring("Code: ".length()) : text;
  }
}
